'use client'
import type { RunState, RunView, WireNumber } from '@lockstep/shared'
import type { ReactNode } from 'react'
import { formatCount, formatLoss, formatMs, formatPercent } from '../format.ts'
import { useConnection } from '../live/use-live.ts'
import styles from './now-card.module.css'
import { computeShare, recentStepMs } from './pace.ts'
import page from './run-page.module.css'
import type { PageState } from './run-page.tsx'

interface NowCardProps {
  view: RunView
  state: PageState
  lagMs: number | null
}

/** A run that did not reach its end has none. */
const titles: Partial<Record<RunState, string>> = {
  finished: 'At the end',
  stopped: 'When it stopped',
  failed: 'When it failed',
  crashed: 'When it crashed',
}

/** The newest values, and how old they are. */
export function NowCard({ view, state, lagMs }: NowCardProps) {
  const { run, series, lastSteps } = view
  const norms = series['train/gradient_norm']?.values
  const validation = series['validation/loss']?.values.at(-1)
  const accuracy = series['test/accuracy']?.values.at(-1)
  return (
    <section className={`card ${page.narrow} ${page.stretch}`} data-testid="now">
      <header>
        <h2>{titles[run.state] ?? 'Now'}</h2>
        <Freshness state={state} lagMs={lagMs} />
      </header>
      <div className={styles.big}>
        <Figure label="loss">{formatLoss(run.loss)}</Figure>
        <Figure label="images/s">{formatCount(run.examplesPerSecond)}</Figure>
      </div>
      <dl className={styles.facts}>
        <Fact name="step">
          {run.totalSteps > 0 ? formatCount(run.step) : '–'}
          {run.totalSteps > 0 && <span className="unit"> of {formatCount(run.totalSteps)}</span>}
        </Fact>
        <Fact name="time a step">{formatMs(recentStepMs(view))}</Fact>
        <Fact name="gradient norm">{formatLoss(norms?.at(-1) ?? null)}</Fact>
        {validation !== undefined && <Fact name="validation loss">{formatLoss(validation)}</Fact>}
        {accuracy !== undefined && <Fact name="test accuracy">{accuracyText(accuracy)}</Fact>}
        <Fact name="workers">{run.workers > 0 ? run.workers : '–'}</Fact>
        <Fact name="computing">{lastSteps.length > 0 ? formatPercent(computeShare(view), 1) : '–'}</Fact>
        <Fact name="parameters">{formatCount(view.parameters)}</Fact>
      </dl>
    </section>
  )
}

function accuracyText(value: WireNumber): string {
  return formatPercent(Number(value), 2)
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <div className={styles.value}>{children}</div>
      <div className="unit">{label}</div>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** How far behind the trainer the page is; amber when it no longer hears from it. */
function Freshness({ state, lagMs }: Pick<NowCardProps, 'state' | 'lagMs'>) {
  const connection = useConnection()
  if (connection === 'offline') return <Lag tone="warn">no connection, values may be old</Lag>
  if (state === 'stale') return <Lag tone="warn">the trainer is silent</Lag>
  if (state !== 'running' && state !== 'stopping') return null
  return <Lag tone="live">{lagMs === null ? 'live' : `live · ${Math.round(lagMs)} ms`}</Lag>
}

function Lag({ tone, children }: { tone: 'live' | 'warn'; children: ReactNode }) {
  return (
    <span className={styles.lag} data-tone={tone} data-testid="lag">
      {children}
    </span>
  )
}
