'use client'
import type { RunView } from '@lockstep/shared'
import { formatDuration, formatPercent } from '../format.ts'
import { epochText, RunDot } from '../runs/run-marks.tsx'
import { StateBadge } from '../runs/state-badge.tsx'
import { runTimeLeftMs } from './pace.ts'
import { RunActions } from './run-actions.tsx'
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
        {state === 'running' && (
          <span data-testid="time-left">
            {formatDuration(left)} <span className="unit">left</span>
          </span>
        )}
        {run.endedAt !== null && run.startedAt !== null && (
          <span>
            <span className="unit">{run.attempt > 1 ? 'last attempt took' : 'took'}</span> {formatDuration(run.endedAt - run.startedAt)}
          </span>
        )}
      </span>
      <RunActions view={view} state={state} onStopping={onStopping} />
    </div>
  )
}
