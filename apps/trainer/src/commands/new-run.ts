import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Database } from '@lockstep/prisma'
import { drawRunId, drawRunName, type RunSummary, UserError } from '@lockstep/shared'
import { type ClaimedAttempt, withClaim } from './claim.ts'
import { runDirectory } from './environment.ts'

/** An id becomes the name of a directory. */
const givenIdPattern = /^[a-z0-9]{4,64}$/

/** A name for a run that was given none. */
export function drawName(): string {
  return drawRunName(() => randomInt(2 ** 32) / 2 ** 32)
}

export interface NewRunRequest<P> {
  /** Of a run that was queued under it, or for a new one; undefined: draw one. */
  id: string | undefined
  name: string
  config: Record<string, unknown>
  runsDir: string
  prepare: () => Promise<P>
  train: (claimed: ClaimedAttempt & { runId: string }, prepared: P) => Promise<number>
}

/** Trains a run that nobody trained before, and leaves none behind if that never starts. Throws UserError. */
export async function withNewRun<P>(database: Database, request: NewRunRequest<P>): Promise<number> {
  const { id, train } = request
  const queued = id === undefined ? null : await findQueued(database, id, request.runsDir)
  if (queued !== null) return claimNew(database, queued, request.prepare, train)
  const prepared = await request.prepare()
  const run = await queueRun(database, id ?? drawRunId(), request)
  try {
    return await claimNew(database, run, async () => prepared, train)
  } finally {
    const left = await database.findRun(run.id).catch(() => null)
    if (left?.id === run.id && left.lastSequence === 0 && left.state === 'failed') await database.deleteRun(run.id)
  }
}

function claimNew<P>(database: Database, run: RunSummary, prepare: () => Promise<P>, train: NewRunRequest<P>['train']): Promise<number> {
  return withClaim(database, run, {
    command: 'train',
    prepare,
    train: (claimed, prepared) => train({ ...claimed, runId: run.id }, prepared),
    giveBack: (error) => ({ state: 'failed', endedAt: Date.now(), error }),
  })
}

/** The run that was queued under the id; null if the id is free. */
async function findQueued(database: Database, id: string, runsDir: string): Promise<RunSummary | null> {
  if (!givenIdPattern.test(id)) {
    throw new UserError(`--run-id: must be 4 to 64 lower-case letters and digits, got ${JSON.stringify(id)}`)
  }
  const run = (await database.listRuns()).find((one) => one.id === id)
  if (run === undefined) {
    if (!existsSync(runDirectory(runsDir, id))) return null
    throw new UserError(`--run-id: must be unused, got ${id}, which has a directory in ${runsDir}; leave it out and one is drawn`)
  }
  if (run.state === 'queued' && run.attempt === 0) return run
  throw new UserError(
    `--run-id: must be unused or of a queued run, got ${id}, which is ${run.state}; \`lockstep resume ${id}\` goes on with it`,
  )
}

async function queueRun(
  database: Database,
  id: string,
  { name, config }: Pick<NewRunRequest<unknown>, 'name' | 'config'>,
): Promise<RunSummary> {
  await database.createRun({ id, name, config, createdAt: Date.now(), state: 'queued' })
  const run = await database.findRun(id)
  if (run === null) throw new Error(`database: run ${id} must be there, got none: it was just deleted`)
  return run
}
