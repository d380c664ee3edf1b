import type { RunState } from '@lockstep/shared'

const texts: Record<RunState, string> = {
  queued: 'waiting for the trainer',
  running: 'waiting for the first step',
  finished: 'finished without a step',
  stopped: 'stopped before its first step',
  failed: 'failed before its first step',
  crashed: 'crashed before its first step',
}

/** Why a run has no step to show. */
export function noStepsText({ state }: { state: RunState }): string {
  return texts[state]
}
