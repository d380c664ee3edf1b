// Work that must be done in the end although the database may be locked now: said once, tried again until it succeeds.
import { messageOf } from '@lockstep/shared'

const firstWaitMs = 250
const longestWaitMs = 5000

export interface Retries {
  /** Does the work now and, if it fails, again and again; `failure` begins the line that tells of the first failure. */
  start(failure: string, work: () => Promise<void>): void
  /** Gives up what is still to be done. */
  close(): void
}

/** Owns the timers of work that is to be tried again. */
export function createRetries(): Retries {
  const timers = new Set<NodeJS.Timeout>()
  let closed = false

  const attempt = async (failure: string, work: () => Promise<void>, waitMs: number): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (closed) return
      if (waitMs === firstWaitMs) process.stderr.write(`dashboard: ${failure} yet, trying again: ${messageOf(error)}\n`)
      const timer = setTimeout(() => {
        timers.delete(timer)
        void attempt(failure, work, Math.min(longestWaitMs, 2 * waitMs))
      }, waitMs)
      timers.add(timer)
    }
  }

  return {
    start: (failure, work) => void attempt(failure, work, firstWaitMs),
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
