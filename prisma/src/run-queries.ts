// The short queries, through the Prisma client.
import { type RunSummary, UserError } from '@lockstep/shared'
import type { AttemptRow, StoredCheckpoint } from './database-types.ts'
import type { PrismaClient } from './generated/client.ts'
import type { CheckpointModel } from './generated/models/Checkpoint.ts'
import { numberOfColumns } from './non-finite.ts'
import { summaryOfRow } from './run-row.ts'

const shortestPrefix = 4
const newestFirst = [{ createdAt: 'desc' as const }, { id: 'desc' as const }]

export async function listRuns(prisma: PrismaClient): Promise<RunSummary[]> {
  return (await prisma.run.findMany({ orderBy: newestFirst })).map(summaryOfRow)
}

export async function findRun(prisma: PrismaClient, idOrName: string): Promise<RunSummary | null> {
  const byId = await prisma.run.findUnique({ where: { id: idOrName } })
  if (byId) return summaryOfRow(byId)
  const byName = await prisma.run.findFirst({ where: { name: idOrName }, orderBy: newestFirst })
  if (byName) return summaryOfRow(byName)
  if (idOrName.length < shortestPrefix) return null
  // A range, not LIKE: it uses the index, and % and _ mean themselves.
  const byPrefix = await prisma.run.findMany({
    where: { id: { gte: idOrName, lt: `${idOrName}\u{10ffff}` } },
    orderBy: { id: 'asc' },
    take: 5,
  })
  if (byPrefix.length > 1) {
    const ids = byPrefix.map(({ id }) => id).join(', ')
    throw new UserError(`run: must name one run, got ${JSON.stringify(idOrName)}, with which several begin: ${ids}`)
  }
  return byPrefix.length === 1 ? summaryOfRow(byPrefix[0]) : null
}

export async function listCheckpoints(prisma: PrismaClient, runId: string): Promise<StoredCheckpoint[]> {
  const rows = await prisma.checkpoint.findMany({ where: { runId, removedAt: null }, orderBy: { sequence: 'asc' } })
  return rows.map(checkpointOf)
}

function checkpointOf({ loss, lossText, reason, ...row }: CheckpointModel): StoredCheckpoint {
  const { attempt, step, epoch, path, sha256, sizeBytes, best, createdAt } = row
  return {
    ...{ attempt, step, epoch, path, sha256, sizeBytes, best, createdAt },
    reason: reason as StoredCheckpoint['reason'],
    loss: numberOfColumns(loss, lossText),
  }
}

export async function latestAttempt(prisma: PrismaClient, runId: string): Promise<AttemptRow | null> {
  const row = await prisma.attempt.findFirst({ where: { runId }, orderBy: { number: 'desc' } })
  if (!row) return null
  const { number, engine, kernels, workers, startedAt, endedAt, resumedFromStep, state } = row
  const { pid, hostname, platform, cpu, cores, memoryBytes, node, gitCommit } = row
  const host = { pid, hostname, platform, cpu, cores, memoryBytes, node, gitCommit, argv: JSON.parse(row.argv) as string[] }
  return { runId, number, host, engine, kernels, workers, startedAt, endedAt, resumedFromStep, state: state as AttemptRow['state'] }
}
