import { type RunView, type Series, timeLeftMs } from '@lockstep/shared'

const stepsLooked = 100

/** Milliseconds of real time per step over the newest steps, pauses included; null while unknown. */
export function recentStepMs(series: Series | undefined): number | null {
  const count = series?.steps.length ?? 0
  if (series === undefined || count < 2) return null
  const first = Math.max(0, count - stepsLooked)
  const steps = series.steps[count - 1] - series.steps[first]
  return steps > 0 ? (series.times[count - 1] - series.times[first]) / steps : null
}

/** Time until a running run's last step; null for any other run. */
export function runTimeLeftMs({ run, series }: RunView): number | null {
  return run.state === 'running' ? timeLeftMs(run, recentStepMs(series['train/loss'])) : null
}

/** Share of the ranks' time that went into gradients over the kept steps; NaN without steps. */
export function computeShare({ lastSteps }: Pick<RunView, 'lastSteps'>): number {
  let computing = 0
  let all = 0
  for (const { durationMs, ranks } of lastSteps) {
    for (const rank of ranks) computing += rank.gradientMs
    all += durationMs * ranks.length
  }
  return computing / all
}
