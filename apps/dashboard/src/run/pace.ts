import { type RunView, timeLeftMs } from '@lockstep/shared'

const stepsLooked = 100

/** A pace over less time says little: the first steps of an attempt warm up. */
const leastWindowMs = 2000

interface Pace {
  stepMs: number
  /** The time it was measured over. */
  windowMs: number
}

/** The pace over the newest steps of this attempt: between two attempts lies a time in which nobody computed. */
function recentPace({ run, series }: Pick<RunView, 'run' | 'series'>): Pace | null {
  const loss = series['train/loss']
  if (loss === undefined) return null
  const { steps, times } = loss
  const last = steps.length - 1
  let first = Math.max(0, steps.length - stepsLooked)
  while (first < last && times[first] < (run.startedAt ?? 0)) first++
  if (first >= last || steps[last] <= steps[first]) return null
  const windowMs = times[last] - times[first]
  return { stepMs: windowMs / (steps[last] - steps[first]), windowMs }
}

/** Milliseconds of real time per step over the attempt's newest steps, pauses included; null while unknown. */
export function recentStepMs(view: Pick<RunView, 'run' | 'series'>): number | null {
  return recentPace(view)?.stepMs ?? null
}

/** Time until a running run's last step; null for any other run, and until the attempt has a pace to tell it from. */
export function runTimeLeftMs(view: Pick<RunView, 'run' | 'series'>): number | null {
  const pace = view.run.state === 'running' ? recentPace(view) : null
  return pace === null || pace.windowMs < leastWindowMs ? null : timeLeftMs(view.run, pace.stepMs)
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
