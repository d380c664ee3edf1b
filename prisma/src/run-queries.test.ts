import { expect, test } from 'vitest'
import { sampleConfig, sampleEvents } from './testing/sample-run.ts'
import { temporaryDatabase } from './testing/temporary-database.ts'

async function databaseWithRuns(ids: readonly string[]) {
  const database = await temporaryDatabase()
  for (const [index, id] of ids.entries()) {
    await database.createRun({ id, name: `name-${index % 2}`, config: sampleConfig, createdAt: 1000 + index, state: 'queued' })
  }
  return database
}

test('runs are listed newest first', async () => {
  const database = await databaseWithRuns(['b', 'a', 'c'])
  expect((await database.listRuns()).map(({ id }) => id)).toEqual(['c', 'a', 'b'])
})

test('listing runs and finding one reads no metrics, no events and no whole table of anything else', async () => {
  const database = await databaseWithRuns(['a'])
  const plan = (await database.prisma.$queryRawUnsafe('EXPLAIN QUERY PLAN SELECT * FROM "Run" ORDER BY "createdAt" DESC')) as {
    detail: string
  }[]
  expect(plan.map(({ detail }) => detail)).toEqual(['SCAN Run USING INDEX Run_createdAt_idx'])
})

test('a run is found by its id, by its name (the newest) and by the beginning of its id', async () => {
  const database = await databaseWithRuns(['abcd-1', 'abcd-2', 'wxyz-3', 'abc%-4'])
  const idOf = async (text: string) => (await database.findRun(text))?.id ?? null
  expect(await idOf('abcd-1')).toBe('abcd-1')
  expect(await idOf('name-0')).toBe('wxyz-3')
  expect(await idOf('wxyz')).toBe('wxyz-3')
  expect(await idOf('wxy')).toBeNull()
  expect(await idOf('abc%')).toBe('abc%-4')
  expect(await idOf('nothing')).toBeNull()
  await expect(idOf('abcd')).rejects.toThrow('run: must name one run, got "abcd", with which several begin: abcd-1, abcd-2')
})

test('a run is renamed and deleted with everything it has', async () => {
  const database = await temporaryDatabase()
  await database.storeEvents([...sampleEvents('run-1'), ...sampleEvents('run-2')])
  expect(await database.renameRun('run-1', 'better')).toBe(true)
  expect((await database.findRun('better'))?.id).toBe('run-1')
  expect(await database.deleteRun('run-1')).toBe(true)
  expect(await database.deleteRun('run-1')).toBe(false)
  expect(await database.findRun('run-1')).toBeNull()
  const { prisma } = database
  const where = { runId: 'run-1' }
  const counts = [
    prisma.metric.count({ where }),
    prisma.event.count({ where }),
    prisma.epoch.count({ where }),
    prisma.checkpoint.count({ where }),
  ]
  expect(await Promise.all(counts)).toEqual([0, 0, 0, 0])
  expect(await database.readEvents('run-2', 0, 1000)).toEqual(sampleEvents('run-2'))
})

test('a heartbeat is seen, and revives a run that was taken for crashed', async () => {
  const database = await temporaryDatabase()
  await database.storeEvents(sampleEvents('run-1').slice(0, 10))
  await database.heartbeat('run-1', 7e12)
  expect(await database.findRun('run-1')).toMatchObject({ state: 'running', heartbeatAt: 7e12 })
  expect(await database.markEnded('run-1', 'crashed', 8e12, 'its process is gone')).toBe(true)
  expect(await database.findRun('run-1')).toMatchObject({ state: 'crashed', endedAt: 8e12, error: 'its process is gone' })
  expect(await database.latestAttempt('run-1')).toMatchObject({ state: 'crashed', endedAt: 8e12 })
  await database.heartbeat('run-1', 9e12)
  expect(await database.findRun('run-1')).toMatchObject({ state: 'running', endedAt: null, error: null, heartbeatAt: 9e12 })
  expect(await database.latestAttempt('run-1')).toMatchObject({ state: 'running', endedAt: null })
})

test('a run that has ended stays as it ended', async () => {
  const database = await temporaryDatabase()
  await database.storeEvents(sampleEvents('run-1'))
  const before = await database.findRun('run-1')
  expect(before?.state).toBe('finished')
  expect(await database.markEnded('run-1', 'crashed', 9e12)).toBe(false)
  expect(await database.findRun('run-1')).toEqual(before)
})

test('the latest attempt says where it ran and from where it resumed', async () => {
  const database = await temporaryDatabase()
  const events = sampleEvents('run-1')
  expect(await database.latestAttempt('run-1')).toBeNull()
  await database.storeEvents(events)
  const start = events.filter((event) => event.type === 'run-started')[1]
  expect(await database.latestAttempt('run-1')).toMatchObject({
    ...{
      number: 2,
      resumedFromStep: 45,
      state: 'finished',
      workers: 2,
      host: start.host,
      startedAt: start.time,
      endedAt: events.at(-1)?.time,
    },
  })
})
