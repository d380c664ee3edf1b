// What a run leaves behind, read by somebody else: an own Prisma client on the database file, own hashes of the files.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPrismaClient } from '@lockstep/prisma'
import { loadDataset } from '@lockstep/trainer'
import { expect, onTestFinished, test } from 'vitest'
import { runLockstep } from './support/processes.ts'
import { makeTempDir } from './support/temp-dir.ts'
import { eventsOf, onlyEvent } from './training.ts'

async function trainAndOpen(...args: string[]) {
  const runsDir = makeTempDir('runs')
  const { code, events } = await runLockstep(['train', '--dataset', 'synthetic-digits', '--workers', '2', '--json', ...args], {
    env: { LOCKSTEP_RUNS_DIR: runsDir, DATABASE_URL: undefined },
  })
  expect(code).toBe(0)
  const client = createPrismaClient(`file:${join(runsDir, 'lockstep.db')}`)
  onTestFinished(() => client.$disconnect())
  return { client, events, runId: onlyEvent(events, 'run-started').runId }
}

test('an autoencoder run leaves every epoch, every metric point, its pictures and a checkpoint with the recorded hash', async () => {
  const { client, events, runId } = await trainAndOpen('--limit', '500', '--epochs', '3')
  const run = await client.run.findUniqueOrThrow({ where: { id: runId } })
  expect(run).toMatchObject({ state: 'finished', model: 'conv-autoencoder', step: 15, totalSteps: 15, engine: 'wasm', workers: 2 })
  expect(JSON.parse(run.config)).toEqual(onlyEvent(events, 'run-started').config)
  const epochs = await client.epoch.findMany({ where: { runId }, orderBy: { epoch: 'asc' } })
  expect(epochs.map(({ epoch, loss }) => ({ epoch, loss }))).toEqual(
    eventsOf(events, 'epoch-completed').map(({ epoch, loss }) => ({ epoch, loss })),
  )
  const points = await client.metric.findMany({ where: { runId, key: 'train/loss' }, orderBy: { step: 'asc' } })
  expect(points.map(({ step, value }) => [step, value])).toEqual(eventsOf(events, 'step-completed').map(({ step, loss }) => [step, loss]))
  const checkpoints = await client.checkpoint.findMany({ where: { runId, removedAt: null } })
  expect(checkpoints.length).toBeGreaterThan(0)
  for (const { path, sha256 } of checkpoints) expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256)
  expect(await client.image.count({ where: { runId } })).toBe(3)
  const [attempt] = await client.attempt.findMany({ where: { runId } })
  expect(attempt).toMatchObject({ number: 1, node: process.version, state: 'finished' })
  expect(JSON.parse(attempt.argv)).toContain('--limit')
})

test('a classifier run leaves a confusion matrix whose rows sum to the class counts of the test split', async () => {
  const { client, runId } = await trainAndOpen('--model', 'softmax-regression', '--limit', '2000', '--epochs', '2')
  const matrices = await client.confusionMatrix.findMany({ where: { runId }, orderBy: { epoch: 'asc' } })
  expect(matrices.map(({ epoch, split }) => [epoch, split])).toEqual([
    [0, 'test'],
    [1, 'test'],
  ])
  const { test: split } = await loadDataset({ name: 'synthetic-digits', dataDir: '/nonexistent' })
  const classCounts = Array.from({ length: 10 }, (_, label) => split.labels.reduce((count, one) => count + (one === label ? 1 : 0), 0))
  for (const { counts } of matrices) {
    const rows: number[][] = JSON.parse(counts)
    expect(rows.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual(classCounts)
  }
  const accuracy = await client.metric.findFirstOrThrow({ where: { runId, key: 'test/accuracy' }, orderBy: { step: 'desc' } })
  expect(accuracy.value).toBeGreaterThan(0.5)
})
