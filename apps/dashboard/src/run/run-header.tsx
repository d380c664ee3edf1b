'use client'
import { isFinalState, type RunView } from '@lockstep/shared'
import Link from 'next/link'
import { useState } from 'react'
import { formatDuration, formatPercent } from '../format.ts'
import { Icon } from '../frame/icons.tsx'
import { requestApi } from '../live/requests.ts'
import { epochText, RunDot } from '../runs/run-marks.tsx'
import { StateBadge } from '../runs/state-badge.tsx'
import { runTimeLeftMs } from './pace.ts'
import styles from './run-header.module.css'
import type { PageState } from './run-page.tsx'

interface RunHeaderProps {
  view: RunView
  state: PageState
  onStopping: (stopping: boolean) => void
}

/** Name, state, progress, and what can be done with the run. */
export function RunHeader({ view, state, onStopping }: RunHeaderProps) {
  const { run } = view
  const share = run.totalSteps > 0 ? run.step / run.totalSteps : 0
  const left = runTimeLeftMs(view)
  return (
    <div className={styles.header}>
      <h1 className={styles.name}>
        <RunDot runId={run.id} />
        {run.name}
      </h1>
      <StateBadge state={state} />
      <span className={styles.facts}>
        <span>
          <span className="unit">epoch</span> {epochText(run)}
        </span>
        <progress className={styles.bar} value={share} max={1} data-testid="progress" />
        <span className={styles.share}>{formatPercent(share)}</span>
        {run.attempt > 1 && (
          <span>
            <span className="unit">attempt</span> {run.attempt}
          </span>
        )}
        {left !== null && state === 'running' && (
          <span data-testid="time-left">
            {formatDuration(left)} <span className="unit">left</span>
          </span>
        )}
        {run.endedAt !== null && run.startedAt !== null && (
          <span>
            <span className="unit">took</span> {formatDuration(run.endedAt - run.startedAt)}
          </span>
        )}
      </span>
      <Actions view={view} state={state} onStopping={onStopping} />
    </div>
  )
}

function Actions({ view, state, onStopping }: RunHeaderProps) {
  const { run } = view
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const act = async (action: 'stop' | 'resume'): Promise<void> => {
    setBusy(true)
    setError(null)
    if (action === 'stop') onStopping(true)
    const outcome = await requestApi(`runs/${run.id}/${action}`, { body: {} })
    setBusy(false)
    if ('error' in outcome) {
      setError(outcome.error)
      onStopping(false)
    }
  }
  return (
    <span className={styles.actions}>
      {error !== null && (
        <span className={styles.error} role="alert">
          {error}
        </span>
      )}
      {isFinalState(run.state) ? (
        <button type="button" className="button" data-testid="resume" disabled={busy} onClick={() => void act('resume')}>
          <Icon name="resume" /> Resume
        </button>
      ) : (
        <button
          type="button"
          className="button"
          data-testid="stop"
          disabled={busy || state === 'stopping'}
          onClick={() => void act('stop')}
        >
          <Icon name="stop" /> {state === 'stopping' ? 'Stopping…' : 'Stop'}
        </button>
      )}
      <Link href={`/launch?from=${run.id}`} prefetch={false} className="button" data-testid="clone">
        <Icon name="clone" /> Clone
      </Link>
    </span>
  )
}
