import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from './open-database.ts'
import { sampleConfig, sampleEvents } from './testing/sample-run.ts'
import { temporaryDatabase } from './testing/temporary-database.ts'

const owner = { pid: 11, hostname: 'box', start: 'boot 100' }
const other = { pid: 12, hostname: 'box', start: 'boot 200' }
const seenRunning = { expectedState: 'running', expectedAttempt: 1, at: 9e12 } as const
const events = sampleEvents('run-1')
const firstAttempt = events.filter(({ attempt }) => attempt === 1)

async function databaseWithDeadRun() {
  const database = await temporaryDatabase()
  await database.storeEvents(firstAttempt)
  return database
}

test('of two processes that claim one run at once, each through its own connection, one gets it', async () => {
  const database = await databaseWithDeadRun()
  const second = await openDatabase({ url: database.url })
  onTestFinished(() => second.close())
  const claims = [database.claimRun('run-1', { ...seenRunning, owner }), second.claimRun('run-1', { ...seenRunning, owner: other })]
  expect((await Promise.all(claims)).sort()).toEqual([2, null])
  expect(await database.findRun('run-1')).toMatchObject({
    state: 'running',
    attempt: 2,
    heartbeatAt: 9e12,
    lastSequence: firstAttempt.length,
  })
})

test('a claim names the owner to everyone, and run-started of the claimed attempt keeps it', async () => {
  const database = await databaseWithDeadRun()
  const started = events[firstAttempt.length]
  const { host } = started.type === 'run-started' ? started : expect.fail(started.type)
  const claimed = { pid: host.pid, hostname: host.hostname, start: 'boot 300' }
  expect(await database.claimRun('run-1', { ...seenRunning, owner: claimed })).toBe(2)
  await database.storeEvents([started])
  expect(await database.readOwner('run-1')).toEqual(claimed)
  await database.storeEvents(events)
  expect(await database.readOwner('run-1')).toBeNull()
  expect((await database.readRunView('run-1'))?.run).toMatchObject({ state: 'finished', attempt: 2 })
})

test('a run that is no longer as the claim saw it is not claimed', async () => {
  const database = await databaseWithDeadRun()
  expect(await database.claimRun('run-1', { ...seenRunning, expectedState: 'crashed', owner })).toBeNull()
  expect(await database.claimRun('run-1', { ...seenRunning, expectedAttempt: 0, owner })).toBeNull()
  expect(await database.claimRun('nothing', { ...seenRunning, owner })).toBeNull()
  expect(await database.findRun('run-1')).toMatchObject({ state: 'running', attempt: 1 })
})

test('what the old attempt sends after a claim is refused aloud, under new numbers and under those of the new attempt alike', async () => {
  const database = await temporaryDatabase()
  await database.storeEvents(firstAttempt.slice(0, 20))
  await database.claimRun('run-1', { ...seenRunning, owner })
  const replaced = 'run run-1: attempt 1 must be the newest to be recorded, got attempt 2: another process has taken the run over'
  await expect(database.storeEvents(firstAttempt.slice(20, 22))).rejects.toThrow(replaced)
  await expect(database.heartbeat('run-1', 9.1e12, 1)).rejects.toThrow(replaced)
  const started = events[firstAttempt.length]
  await database.storeEvents([{ ...started, sequence: 21 }])
  await expect(database.storeEvents([firstAttempt[20]])).rejects.toThrow(replaced)
  await expect(database.storeEvents(firstAttempt.slice(18, 21))).rejects.toThrow(replaced)
  await database.heartbeat('run-1', 9.2e12, 2)
  expect(await database.findRun('run-1')).toMatchObject({ heartbeatAt: 9.2e12, lastSequence: 21 })
})

test('events that were stored before a claim may come again', async () => {
  const database = await databaseWithDeadRun()
  await database.claimRun('run-1', { ...seenRunning, owner })
  await database.storeEvents(firstAttempt.slice(5, 15))
  expect(await database.findRun('run-1')).toMatchObject({ attempt: 2, lastSequence: firstAttempt.length })
})

test('a claim is undone as long as its attempt has recorded nothing', async () => {
  const database = await databaseWithDeadRun()
  await database.claimRun('run-1', { ...seenRunning, owner })
  const release = { attempt: 2, state: 'crashed', endedAt: 9.5e12, error: 'its process is gone' } as const
  expect(await database.releaseRun('run-1', { ...release, attempt: 1 })).toBe(false)
  expect(await database.releaseRun('run-1', release)).toBe(true)
  expect(await database.findRun('run-1')).toMatchObject({ state: 'crashed', attempt: 1, endedAt: 9.5e12, error: 'its process is gone' })
  expect(await database.latestAttempt('run-1')).toMatchObject({ state: 'crashed' })
  expect(await database.readOwner('run-1')).toBeNull()
  expect(await database.claimRun('run-1', { ...seenRunning, expectedState: 'crashed', owner })).toBe(2)
  await database.storeEvents(events)
  expect(await database.releaseRun('run-1', release)).toBe(false)
})

test('a queued run has the owner that its launcher names until its trainer claims it', async () => {
  const database = await temporaryDatabase()
  await database.createRun({ id: 'run-1', name: 'mine', config: sampleConfig, createdAt: 1000, state: 'queued' })
  expect(await database.readOwner('run-1')).toBeNull()
  expect(await database.setOwner('run-1', owner)).toBe(true)
  expect(await database.readOwner('run-1')).toEqual(owner)
  expect(await database.claimRun('run-1', { expectedState: 'queued', expectedAttempt: 0, owner: other, at: 2000 })).toBe(1)
  expect(await database.setOwner('run-1', owner)).toBe(false)
  expect(await database.readOwner('run-1')).toEqual(other)
})

test('only the first request to stop an attempt is the first, and a new attempt has none', async () => {
  const database = await databaseWithDeadRun()
  expect([await database.requestStop('run-1', 1), await database.requestStop('run-1', 2)]).toEqual([true, false])
  await database.claimRun('run-1', { ...seenRunning, owner })
  expect(await database.requestStop('run-1', 3)).toBe(true)
})

test('a run that is taken for crashed keeps its owner, one that failed has none', async () => {
  const database = await databaseWithDeadRun()
  await database.claimRun('run-1', { ...seenRunning, owner })
  await database.markEnded('run-1', 'crashed', 9.1e12)
  expect(await database.readOwner('run-1')).toEqual(owner)
  await database.heartbeat('run-1', 9.2e12, 2)
  await database.markEnded('run-1', 'failed', 9.3e12)
  expect(await database.readOwner('run-1')).toBeNull()
})
