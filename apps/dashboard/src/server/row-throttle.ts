// A busy run changes its row with every step; people read four changes a second at most.

const minimumGapMs = 250

export interface RowThrottle {
  /** Announces a change of this run's row: now if `urgent` or the last one is long ago, else when the gap is over. */
  change(runId: string, urgent: boolean): void
  close(): void
}

/** Calls `send` for changed runs, at most once per run and gap, urgent changes at once; the last change is never lost. */
export function createRowThrottle(send: (runId: string) => void): RowThrottle {
  const lastSent = new Map<string, number>()
  const timers = new Map<string, NodeJS.Timeout>()

  const sendNow = (runId: string): void => {
    clearTimeout(timers.get(runId))
    timers.delete(runId)
    lastSent.set(runId, performance.now())
    send(runId)
  }

  return {
    change(runId, urgent) {
      const waitMs = (lastSent.get(runId) ?? Number.NEGATIVE_INFINITY) + minimumGapMs - performance.now()
      if (urgent || waitMs <= 0) sendNow(runId)
      else if (!timers.has(runId)) timers.set(runId, setTimeout(sendNow, waitMs, runId))
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
