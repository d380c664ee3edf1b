import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { TrainingEvent } from '@lockstep/shared'
import { listBenchmarks, storeBenchmark } from './benchmarks.ts'
import { Connection } from './connection.ts'
import type { Database } from './database-types.ts'
import { pathOfUrl } from './database-url.ts'
import { PrismaClient } from './generated/client.ts'
import { migrate } from './migrate.ts'
import { readMigrations } from './migration-files.ts'
import { ConnectionAdapter } from './prisma-adapter.ts'
import { readSeries } from './read-series.ts'
import { readRunView } from './read-view.ts'
import { claimRun, readOwner, releaseRun, requestStop, setOwner } from './run-claims.ts'
import { findRun, latestAttempt, listCheckpoints, listRuns } from './run-queries.ts'
import { createRun, heartbeat, markEnded } from './run-updates.ts'
import { cannotOpen } from './sqlite-errors.ts'
import { storeEvents } from './store-events.ts'

export interface DatabaseOptions {
  /** `file:` and a path. */
  url: string
  /** Refuses every change; the file must exist and be up to date. */
  readOnly?: boolean
}

/**
 * Opens the database, creating the file and its directory if need be, and applies missing migrations.
 * Throws UserError if the file is not a database of ours, is newer than this program, or cannot be written.
 */
export async function openDatabase({ url, readOnly = false }: DatabaseOptions): Promise<Database> {
  const path = pathOfUrl(url)
  if (!readOnly) makeFolderOf(path)
  const connection = await Connection.open({ path, readOnly })
  try {
    await migrate(connection, readMigrations())
  } catch (error) {
    await connection.close()
    throw cannotOpen(path, error)
  }
  return databaseOver(url, connection)
}

function makeFolderOf(path: string): void {
  try {
    makeFolder(dirname(path))
  } catch (error) {
    throw cannotOpen(path, error)
  }
}

/** Not mkdir's own `recursive`: in Node 20 it never returns where a folder cannot be made, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error
  }
}

function databaseOver(url: string, connection: Connection): Database {
  const prisma = new PrismaClient({ adapter: new ConnectionAdapter(async () => connection) })
  return {
    url,
    prisma,
    createRun: (run) => connection.write((statements) => createRun(statements, run)),
    claimRun: (runId, claim) => connection.write((statements) => claimRun(statements, runId, claim)),
    releaseRun: (runId, release) => connection.write((statements) => releaseRun(statements, runId, release)),
    setOwner: (runId, owner) => connection.write((statements) => setOwner(statements, runId, owner)),
    readOwner: (runId) => connection.read((statements) => readOwner(statements, runId)),
    requestStop: (runId, at) => connection.write((statements) => requestStop(statements, runId, at)),
    storeEvents: (events) => connection.write((statements) => storeEvents(statements, events)),
    heartbeat: (runId, at, attempt) => connection.write((statements) => heartbeat(statements, runId, at, attempt ?? null)),
    listRuns: () => listRuns(prisma),
    findRun: (idOrName) => findRun(prisma, idOrName),
    readRunView: (runId) => readRunView(connection, runId),
    readEvents: (runId, afterSequence, limit) => readEvents(prisma, runId, afterSequence, limit),
    readSeries: (runId, keys) => readSeries(connection, { runId, lastSequence: Number.MAX_SAFE_INTEGER }, keys),
    listCheckpoints: (runId) => listCheckpoints(prisma, runId),
    latestAttempt: (runId) => latestAttempt(prisma, runId),
    markEnded: (runId, state, at, error) => connection.write((statements) => markEnded(statements, runId, state, at, error ?? null)),
    renameRun: async (runId, name) => (await prisma.run.updateMany({ where: { id: runId }, data: { name } })).count > 0,
    deleteRun: async (runId) => (await prisma.run.deleteMany({ where: { id: runId } })).count > 0,
    storeBenchmark: (benchmark) => connection.write((statements) => storeBenchmark(statements, benchmark)),
    listBenchmarks: (limit) => connection.read((statements) => listBenchmarks(statements, limit)),
    async close() {
      await prisma.$disconnect()
      await connection.close()
    },
  }
}

async function readEvents(prisma: PrismaClient, runId: string, afterSequence: number, limit: number): Promise<TrainingEvent[]> {
  const rows = await prisma.event.findMany({
    where: { runId, sequence: { gt: afterSequence } },
    orderBy: { sequence: 'asc' },
    take: limit,
    select: { body: true },
  })
  return rows.map(({ body }) => JSON.parse(body) as TrainingEvent)
}
