// Runs that nobody works on any more and whose trainers could not say so.
import { type Database, isOwnerAlive, isOwnerHere } from '@lockstep/prisma'
import { type RunSummary, shownState } from '@lockstep/shared'

/** From the launch to the moment at which a run must have a process that starts it. */
const longestQueuedMs = 60_000

const vanished = 'the trainer is gone without a word; resume continues from the last checkpoint'
const neverStarted = 'the trainer is gone without a word before its first step; launch the run again'

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
  const owner = await database.readOwner(id)
  // A trainer of an earlier dashboard may still be loading its data; one of another machine is not ours to judge.
  if (owner !== null && (!isOwnerHere(owner) || (await isOwnerAlive(owner, null)))) return false
  // The list may be a second old, and the run may have started in it.
  return (await database.findRun(id))?.state === 'queued'
}

async function isVanished(database: Database, run: RunSummary): Promise<boolean> {
  if (shownState(run.state, run.heartbeatAt, Date.now()) !== 'stale') return false
  const owner = await database.readOwner(run.id)
  return owner !== null && isOwnerHere(owner) && !(await isOwnerAlive(owner, run.heartbeatAt))
}
