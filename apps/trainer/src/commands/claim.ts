// Before a process trains a run it claims it, in one transaction, so that no two ever train the same one.
import { type Database, identifyProcess, type Release } from '@lockstep/prisma'
import { heartbeatIntervalMs, messageOf, type RunSummary, UserError } from '@lockstep/shared'

export interface ClaimedAttempt {
  attempt: number
  firstSequence: number
}

export interface ClaimedWork<P> {
  /** For the error if another process was faster. */
  command: string
  /** What has to be there before training; may fail. */
  prepare: () => Promise<P>
  train: (claimed: ClaimedAttempt, prepared: P) => Promise<number>
  /** What the run becomes again if its training never started. */
  giveBack: (reason: string) => Omit<Release, 'attempt'>
}

/** Claims the run as it was seen, prepares and trains; a run whose training never started is given back. Throws UserError. */
export async function withClaim<P>(database: Database, run: RunSummary, work: ClaimedWork<P>): Promise<number> {
  const seen = { expectedState: run.state, expectedAttempt: run.attempt }
  const attempt = await database.claimRun(run.id, { ...seen, owner: await identifyProcess(process.pid), at: Date.now() })
  if (attempt === null) {
    throw new UserError(`${work.command}: ${run.name} must not be running, got one that another process has just taken; it goes on there`)
  }
  let reason = 'ended before its first event'
  try {
    const prepared = await whileBeating(database, run.id, attempt, work.prepare)
    // Read only now: until the claim, the attempt before could still record.
    const { lastSequence } = (await database.findRun(run.id)) ?? run
    return await work.train({ attempt, firstSequence: lastSequence + 1 }, prepared)
  } catch (error) {
    reason = messageOf(error)
    throw error
  } finally {
    // If it cannot be recorded any more, this process's end tells whoever looks next.
    await database.releaseRun(run.id, { attempt, ...work.giveBack(reason) }).catch(() => undefined)
  }
}

/** Loading data may take long: meanwhile the run's heart beats. Training has a heartbeat of its own. */
async function whileBeating<T>(database: Database, runId: string, attempt: number, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => void database.heartbeat(runId, Date.now(), attempt).catch(() => undefined), heartbeatIntervalMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
