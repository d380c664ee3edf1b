'use client'
import { type RunSummary, shownState } from '@lockstep/shared'
import Link from 'next/link'
import { useState } from 'react'
import { formatAgo, formatCount, formatLoss } from '../format.ts'
import { Icon } from '../frame/icons.tsx'
import { useNow, useRuns } from '../live/use-live.ts'
import { EmptyRuns } from './empty-runs.tsx'
import { RunDot, RunProgress } from './run-marks.tsx'
import styles from './runs-page.module.css'
import { StateBadge } from './state-badge.tsx'

/** All runs, newest first, live; ticked ones can be compared. */
export function RunsPage() {
  const runs = useRuns()
  const now = useNow(1000)
  const [ticked, setTicked] = useState<readonly string[]>([])
  const chosen = ticked.filter((id) => runs?.some((run) => run.id === id))
  const toggle = (id: string) => setTicked(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id])
  return (
    <>
      <div className={styles.head}>
        <h1>Runs</h1>
        <span className="muted">{runs && runs.length > 0 ? formatCount(runs.length) : ''}</span>
        <CompareButton chosen={chosen} />
        <Link href="/launch" prefetch={false} className="button primary" data-testid="launch-run">
          <Icon name="launch" filled /> Launch run
        </Link>
      </div>
      {runs?.length === 0 ? (
        <EmptyRuns />
      ) : (
        <div className={`card scroll ${styles.list}`}>
          <table className={styles.table} aria-busy={runs === null}>
            <thead>
              <tr>
                <th aria-label="Choose" />
                <th>name</th>
                <th>state</th>
                <th>epoch</th>
                <th className="number">loss</th>
                <th className="number">images/s</th>
                <th className="number">workers</th>
                <th>model</th>
                <th>dataset</th>
                <th>started</th>
              </tr>
            </thead>
            <tbody>
              {runs?.map((run) => (
                <RunRow key={run.id} run={run} now={now} ticked={chosen.includes(run.id)} onToggle={() => toggle(run.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

function CompareButton({ chosen }: { chosen: readonly string[] }) {
  const label = (
    <>
      <Icon name="compare" /> Compare{chosen.length > 0 ? ` ${chosen.length}` : ''}
    </>
  )
  if (chosen.length < 2) {
    return (
      <button type="button" className="button" disabled title="Tick two or more runs" data-testid="compare">
        {label}
      </button>
    )
  }
  return (
    <Link href={`/compare?runs=${chosen.join(',')}`} prefetch={false} className="button" data-testid="compare">
      {label}
    </Link>
  )
}

/** The row keeps the newest attempt's start; of a resumed run its creation tells when the first one began. */
function firstStartOf({ attempt, startedAt, createdAt }: RunSummary): number {
  return attempt > 1 ? createdAt : (startedAt ?? createdAt)
}

interface RunRowProps {
  run: RunSummary
  now: number | null
  ticked: boolean
  onToggle: () => void
}

function RunRow({ run, now, ticked, onToggle }: RunRowProps) {
  return (
    <tr data-testid="run-row" data-run-id={run.id} data-state={run.state}>
      <td className={styles.tick}>
        <input type="checkbox" checked={ticked} onChange={onToggle} aria-label={`Choose ${run.name}`} />
      </td>
      <td className={styles.name}>
        <RunDot runId={run.id} />
        <Link href={`/runs/${run.id}`} prefetch={false} title={run.name}>
          {run.name}
        </Link>
      </td>
      <td className={styles.state} title={run.error ?? undefined}>
        <StateBadge state={now === null ? run.state : shownState(run.state, run.heartbeatAt, now)} />
      </td>
      <td className={styles.progress}>
        <RunProgress run={run} />
      </td>
      <td className="number" data-label="loss">
        {formatLoss(run.loss)}
      </td>
      <td className="number" data-label="images/s">
        {formatCount(run.examplesPerSecond)}
      </td>
      <td className="number" data-label="workers">
        {run.workers > 0 ? run.workers : '–'}
      </td>
      <td data-label="model">{run.model}</td>
      <td data-label="dataset">{run.dataset}</td>
      <td
        className="muted"
        data-label="started"
        title={run.attempt > 1 ? `attempt ${run.attempt}: ${formatAgo(run.startedAt, now)}` : undefined}
      >
        {formatAgo(firstStartOf(run), now)}
      </td>
    </tr>
  )
}
