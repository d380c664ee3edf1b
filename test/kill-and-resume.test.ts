// kill -9 in mid-epoch, then resume: the same bits as without it, and only the missing steps are computed.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPrismaClient } from '@lockstep/prisma'
import { expect, onTestFinished, test } from 'vitest'
import { runLockstep, startLockstep } from './support/processes.ts'
import { makeTempDir } from './support/temp-dir.ts'
import { eventsOf, onlyEvent } from './training.ts'

const stepsPerEpoch = 30
const totalSteps = 3 * stepsPerEpoch
const args = ['--dataset', 'synthetic-digits', '--limit', '3000', '--epochs', '3', '--workers', '2', '--json']

test('after kill -9 in mid-epoch, resume goes on from the last checkpoint and ends with the uninterrupted hashes', async () => {
  const env = { LOCKSTEP_RUNS_DIR: makeTempDir('runs'), DATABASE_URL: undefined }
  const whole = await runLockstep(['train', ...args], { env })
  const killed = startLockstep(['train', ...args, '--checkpoint-every', '7'], { env })
  const { runId } = await killed.waitForEvent('step-completed', ({ step }) => step === stepsPerEpoch + 12)
  killed.kill('SIGKILL')
  expect((await killed.exit).signal).toBe('SIGKILL')

  const resumed = await runLockstep(['resume', runId, '--workers', '3', '--json'], { env })
  expect(resumed.code).toBe(0)
  const started = onlyEvent(resumed.events, 'run-started')
  const saved = eventsOf(killed.received(), 'checkpoint-written').map(({ step }) => step)
  expect(started.attempt).toBe(2)
  // The very last file may be newer than what the process had time to tell.
  expect(started.resumedFromStep).toBeGreaterThanOrEqual(Math.max(...saved))
  expect(Number(started.resumedFromStep) % 7).toBe(0)
  expect(started.resumedFromStep).toBeGreaterThan(stepsPerEpoch)
  expect(started.resumedFromStep).not.toBe(2 * stepsPerEpoch)
  const steps = eventsOf(resumed.events, 'step-completed').map(({ step }) => step)
  expect(steps).toEqual(Array.from({ length: totalSteps - Number(started.resumedFromStep) }, (_, i) => Number(started.resumedFromStep) + i))
  const { parametersSha256, optimizerSha256, loss } = onlyEvent(whole.events, 'run-finished')
  expect(onlyEvent(resumed.events, 'run-finished')).toMatchObject({ parametersSha256, optimizerSha256, loss })
})

/** Kills the process the moment a checkpoint file of this step appears, before it can record anything more. */
async function trainAndKillAt(step: number, args: readonly string[], runsDir: string): Promise<string> {
  const env = { LOCKSTEP_RUNS_DIR: runsDir, DATABASE_URL: undefined }
  const run = startLockstep(['train', ...args], { env })
  const { runId } = await run.waitForEvent('run-started')
  const path = join(runsDir, runId, 'checkpoints', `step-${String(step).padStart(8, '0')}.safetensors`)
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 1))
  run.kill('SIGKILL')
  await run.exit
  return runId
}

test.each([
  ['in the middle', 45],
  ['at the end of an epoch', 60],
  ['at the very end', totalSteps],
])('kill -9 as a checkpoint appears %s leaves no hole in the record', async (_name, step) => {
  const runsDir = makeTempDir('runs')
  const env = { LOCKSTEP_RUNS_DIR: runsDir, DATABASE_URL: undefined }
  const runId = await trainAndKillAt(step, [...args, '--checkpoint-every', 'epoch,15'], runsDir)
  const resumed = await runLockstep(['resume', runId, '--json'], { env })
  expect(resumed.code).toBe(0)
  expect(onlyEvent(resumed.events, 'run-started').resumedFromStep).toBeGreaterThanOrEqual(step)
  const client = createPrismaClient(`file:${join(runsDir, 'lockstep.db')}`)
  onTestFinished(() => client.$disconnect())
  const epochs = await client.epoch.findMany({ where: { runId }, distinct: ['epoch'], orderBy: { epoch: 'asc' } })
  expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2])
  const points = await client.metric.findMany({ where: { runId, key: 'train/loss' }, distinct: ['step'], orderBy: { step: 'asc' } })
  expect(points.map((point) => point.step)).toEqual(Array.from({ length: totalSteps }, (_, index) => index))
  expect(await client.run.findUniqueOrThrow({ where: { id: runId } })).toMatchObject({ state: 'finished', step: totalSteps })
})

test('early stopping ends at the same epoch, with the same bits, after a kill at the epoch that ended its patience', async () => {
  const stopping = [
    '--dataset',
    'synthetic-digits',
    '--model',
    'softmax-regression',
    '--limit',
    '1000',
    '--epochs',
    '60',
    '--learning-rate',
    '8',
  ]
  const args = [...stopping, '--validation-fraction', '0.3', '--early-stopping', '2', '--workers', '2', '--json']
  const whole = await runLockstep(['train', ...args], { env: { LOCKSTEP_RUNS_DIR: makeTempDir('runs'), DATABASE_URL: undefined } })
  const { stepsPerEpoch: perEpoch } = onlyEvent(whole.events, 'run-started')
  const lastEpoch = eventsOf(whole.events, 'epoch-completed').at(-1)?.epoch ?? 0
  const runsDir = makeTempDir('runs')
  const runId = await trainAndKillAt((lastEpoch + 1) * perEpoch, args, runsDir)
  const resumed = await runLockstep(['resume', runId, '--json'], { env: { LOCKSTEP_RUNS_DIR: runsDir, DATABASE_URL: undefined } })
  const { parametersSha256, step } = onlyEvent(whole.events, 'run-finished')
  expect(onlyEvent(resumed.events, 'run-finished')).toMatchObject({ parametersSha256, step })
})

test('a process killed between file and record loses nothing: resume finds the file and mends the record', async () => {
  const runsDir = makeTempDir('runs')
  const env = { LOCKSTEP_RUNS_DIR: runsDir, DATABASE_URL: undefined }
  const quick = ['train', '--dataset', 'synthetic-digits', '--limit', '300', '--epochs', '3', '--workers', '2', '--json']
  const first = await runLockstep(quick, { env })
  const [oldest, , newest] = eventsOf(first.events, 'checkpoint-written')
  const client = createPrismaClient(`file:${join(runsDir, 'lockstep.db')}`)
  onTestFinished(() => client.$disconnect())
  await client.checkpoint.deleteMany({ where: { path: newest.path } })
  rmSync(oldest.path)
  const resumed = await runLockstep(['resume', newest.runId, '--epochs', '4', '--json'], { env })
  expect(onlyEvent(resumed.events, 'run-started').resumedFromStep).toBe(newest.step)
  const rows = await client.checkpoint.findMany({ where: { runId: newest.runId, removedAt: null } })
  expect(rows.map(({ path }) => path)).toContain(newest.path)
  expect(rows.map(({ path }) => path)).not.toContain(oldest.path)
  expect(rows.find(({ path }) => path === newest.path)?.sha256).toBe(newest.sha256)
})

test('a checkpoint whose bytes were changed is named and passed over for the one before', async () => {
  const env = { LOCKSTEP_RUNS_DIR: makeTempDir('runs'), DATABASE_URL: undefined }
  const first = await runLockstep(
    ['train', '--dataset', 'synthetic-digits', '--limit', '300', '--epochs', '2', '--workers', '2', '--json'],
    { env },
  )
  const [before, newest] = eventsOf(first.events, 'checkpoint-written').slice(-2)
  const bytes = readFileSync(newest.path)
  bytes[bytes.length - 1] ^= 1
  writeFileSync(newest.path, bytes)
  const resumed = await runLockstep(['resume', newest.runId, '--epochs', '3', '--json'], { env })
  expect(resumed.stderr).toContain(newest.path)
  expect(resumed.stderr).toContain('going back to')
  expect(onlyEvent(resumed.events, 'run-started').resumedFromStep).toBe(before.step)
  expect(resumed.code).toBe(0)
})
