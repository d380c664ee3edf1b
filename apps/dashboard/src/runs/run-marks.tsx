'use client'
import type { RunSummary } from '@lockstep/shared'
import { useRunColours } from '../live/use-live.ts'
import styles from './run-marks.module.css'

/** The run's colour as a dot: the same as its lines'. */
export function RunDot({ runId }: { runId: string }) {
  const { light, dark } = useRunColours()(runId)
  return <span className={styles.runDot} style={{ background: `light-dark(${light}, ${dark})` }} />
}

/** How far the run is, as a bar and as epochs. */
export function RunProgress({ run }: { run: RunSummary }) {
  const share = run.totalSteps > 0 ? run.step / run.totalSteps : 0
  return (
    <span className={styles.progress}>
      <progress className={styles.bar} value={share} max={1} aria-label={`${Math.round(100 * share)} % done`} />
      <span>{epochText(run)}</span>
    </span>
  )
}

/** `3/5`: the epoch that is being done, of how many. */
export function epochText({ step, stepsPerEpoch, totalSteps }: Pick<RunSummary, 'step' | 'stepsPerEpoch' | 'totalSteps'>): string {
  if (stepsPerEpoch === 0) return '–'
  const epochs = Math.round(totalSteps / stepsPerEpoch)
  return `${Math.min(Math.floor(step / stepsPerEpoch) + 1, epochs)}/${epochs}`
}
