// Whether somebody is at work on a run, so that no run is trained twice and no stranger is sent a signal.
import { type Database, isOwnerAlive, isOwnerHere, type RunOwner } from '@lockstep/prisma'
import { isFinalState, type RunSummary, staleAfterMs, UserError } from '@lockstep/shared'

export interface Ownership {
  /** Null if the run has ended or nobody was named. */
  owner: RunOwner | null
  alive: boolean
  /** True if the owner is a process of this machine. */
  here: boolean
}

/** Who trains or starts the run. */
export async function ownershipOf(database: Database, run: RunSummary): Promise<Ownership> {
  const owner = await database.readOwner(run.id)
  if (owner !== null) return { owner, alive: await isOwnerAlive(owner, run.heartbeatAt), here: isOwnerHere(owner) }
  // Whoever queued it may be about to name its trainer.
  const alive = !isFinalState(run.state) && silenceOf(run) < staleAfterMs
  return { owner, alive, here: false }
}

/** Milliseconds since the run was last heard of. */
export function silenceOf({ heartbeatAt, createdAt }: RunSummary): number {
  return Date.now() - (heartbeatAt ?? createdAt)
}

/** Throws UserError if somebody is at work on the run. */
export async function refuseIfOwned(command: string, database: Database, run: RunSummary): Promise<void> {
  const { owner, alive, here } = await ownershipOf(database, run)
  if (!alive) return
  throw new UserError(`${command}: ${run.name} must not be running, got ${describeOwner(run, owner, here)}`)
}

function describeOwner(run: RunSummary, owner: RunOwner | null, here: boolean): string {
  if (owner === null) return 'one that is just being started; try again in some seconds'
  if (here) return `one at work in process ${owner.pid}; \`lockstep stop ${run.id}\` stops it`
  const seconds = (silenceOf(run) / 1000).toFixed(0)
  return `one at work in process ${owner.pid} on ${owner.hostname}, heard of ${seconds} s ago; \`lockstep stop ${run.id}\` there stops it`
}
