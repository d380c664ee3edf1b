/** Recorded states of a run. `stale` and `stopping` are derived, never stored. */
export const runStates = ['queued', 'running', 'finished', 'failed', 'stopped', 'crashed'] as const
export type RunState = (typeof runStates)[number]
export type ShownRunState = RunState | 'stale' | 'stopping'

/** Milliseconds between two heartbeats of a living run. */
export const heartbeatIntervalMs = 2_000
/** Silence after which a running run is shown as stale: three missed beats. */
export const staleAfterMs = 3 * heartbeatIntervalMs

/** True for states that no event of the same attempt will leave. */
export function isFinalState(state: RunState): boolean {
  return state !== 'queued' && state !== 'running'
}

/** What a person is shown: a running run without a recent heartbeat is stale. Times are ms since the epoch. */
export function shownState(state: RunState, heartbeatAt: number | null, now: number): ShownRunState {
  if (state !== 'running' || heartbeatAt === null) return state
  return now - heartbeatAt > staleAfterMs ? 'stale' : 'running'
}
