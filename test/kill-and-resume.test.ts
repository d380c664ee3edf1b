// kill -9 in mid-epoch, then resume: the same bits as without it, and only the missing steps are computed.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
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
