import type { NamedEntry, RunConfig } from '@lockstep/shared'

export interface ScheduleArguments {
  readonly step: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  readonly config: RunConfig
}

/** The learning rate as a pure function of the step. */
export interface Schedule extends NamedEntry {
  learningRate(at: ScheduleArguments): number
}

/** A schedule from a factor in [0, 1] on the peak rate; warm-up multiplies it by a rise from 1 / warmupSteps to 1. */
export function scheduleOf(summary: string, factor: (at: ScheduleArguments) => number): Schedule {
  return {
    summary,
    learningRate(at) {
      const { warmupSteps, learningRate } = at.config
      const rise = at.step < warmupSteps ? (at.step + 1) / warmupSteps : 1
      return learningRate * factor(at) * rise
    },
  }
}
