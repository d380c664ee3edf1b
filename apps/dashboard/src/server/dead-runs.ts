// Runs that nobody works on any more and whose trainers could not say so.
import { hostname } from 'node:os'
import type { Database } from '@lockstep/prisma'
import { type RunSummary, shownState } from '@lockstep/shared'

/** A trainer that takes longer from its launch to its first event is gone; should it come after all, its start revives the run. */
const longestQueuedMs = 60_000

const vanished = 'the trainer is gone without a word; resume continues from the last checkpoint'
const neverStarted = `the trainer did not start within ${longestQueuedMs / 1000} s of the launch and is gone without a word; launch the run again`

export interface DeadRunSearch {
  database: Database
  runs: readonly RunSummary[]
  /** True if a trainer of this dashboard is at work on the run. */
  owns: (runId: string) => boolean
}

/** Ends runs of this machine whose heart is silent and whose process is gone, and queued runs that no trainer took up. */
export async function markDeadRuns({ database, runs, owns }: DeadRunSearch): Promise<boolean> {
  let marked = false
  for (const run of runs) {
    if (run.state === 'queued' ? await isAbandoned(run, { database, owns }) : await isVanished(database, run)) {
      const [state, reason] = run.state === 'queued' ? (['failed', neverStarted] as const) : (['crashed', vanished] as const)
      marked = (await database.markEnded(run.id, state, Date.now(), reason)) || marked
    }
  }
  return marked
}

async function isAbandoned({ id, createdAt }: RunSummary, { database, owns }: Pick<DeadRunSearch, 'database' | 'owns'>): Promise<boolean> {
  if (Date.now() - createdAt <= longestQueuedMs || owns(id)) return false
  // The list may be a second old, and the run may have started in it.
  return (await database.findRun(id))?.state === 'queued'
}

async function isVanished(database: Database, run: RunSummary): Promise<boolean> {
  if (shownState(run.state, run.heartbeatAt, Date.now()) !== 'stale') return false
  const host = (await database.latestAttempt(run.id))?.host
  return host !== undefined && host.hostname === hostname() && !isAlive(host.pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
