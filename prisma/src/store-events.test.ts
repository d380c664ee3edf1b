import { decodeNumber, type TrainingEvent } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { sampleConfig, sampleEvents } from './testing/sample-run.ts'
import { temporaryDatabase } from './testing/temporary-database.ts'

const tables = ['run', 'attempt', 'epoch', 'metric', 'metricSummary', 'checkpoint', 'confusionMatrix', 'image', 'event'] as const

async function dump(database: Awaited<ReturnType<typeof temporaryDatabase>>) {
  const { prisma } = database
  const rows = await Promise.all([
    ...[
      prisma.run.findMany(),
      prisma.attempt.findMany(),
      prisma.epoch.findMany(),
      prisma.metric.findMany(),
      prisma.metricSummary.findMany(),
    ],
    ...[prisma.checkpoint.findMany(), prisma.confusionMatrix.findMany(), prisma.image.findMany(), prisma.event.findMany()],
  ])
  const sorted = rows.map((ofTable) => ofTable.map((row) => JSON.stringify(row)).sort())
  return Object.fromEntries(tables.map((table, index) => [table, sorted[index]]))
}

test('a run is created by its run-started event, and every event is read back as it was', async () => {
  const database = await temporaryDatabase()
  const events = sampleEvents('run-1')
  await database.storeEvents(events)
  expect(await database.readEvents('run-1', 0, 1000)).toEqual(events)
  expect(await database.readEvents('run-1', 10, 5)).toEqual(events.slice(10, 15))
})

test('storing events again changes nothing, in whatever batches they come', async () => {
  const database = await temporaryDatabase()
  const events = sampleEvents('run-1')
  await database.storeEvents(events)
  const once = await dump(database)
  await database.storeEvents(events)
  await database.storeEvents(events.slice(20, 60))
  expect(await dump(database)).toEqual(once)

  const other = await temporaryDatabase()
  for (let start = 0; start < events.length; start += 7) await other.storeEvents(events.slice(Math.max(0, start - 3), start + 7))
  expect(await dump(other)).toEqual(once)
})

test('a batch with an event that cannot be stored leaves nothing behind', async () => {
  const database = await temporaryDatabase()
  const events = sampleEvents('run-1')
  await database.storeEvents(events.slice(0, 10))
  const before = await dump(database)
  const broken = { ...events[15], time: null } as unknown as TrainingEvent
  await expect(database.storeEvents([...events.slice(10, 15), broken])).rejects.toThrow(/NOT NULL/)
  expect(await dump(database)).toEqual(before)
  await database.storeEvents(events.slice(10))
  expect((await database.readEvents('run-1', 0, 1000)).length).toBe(events.length)
})

test('a run whose first event is not run-started is refused', async () => {
  const database = await temporaryDatabase()
  await expect(database.storeEvents(sampleEvents('run-1').slice(1))).rejects.toThrow('must be run-started, got step-completed (sequence 2)')
})

test('NaN and infinities come back as they were, and beside them every bit of the finite values', async () => {
  const database = await temporaryDatabase()
  const events = sampleEvents('run-1').slice(0, 52)
  await database.storeEvents(events)
  const series = await database.readSeries('run-1', ['train/loss', 'train/gradient_norm', 'none'])
  const steps = events.flatMap((event) => (event.type === 'step-completed' ? [event] : []))
  expect(series['train/loss'].values).toEqual(steps.map(({ loss }) => loss))
  expect(series['train/gradient_norm'].values).toEqual(steps.map(({ gradientNorm }) => gradientNorm))
  expect(series['train/loss'].times).toEqual(steps.map(({ time }) => time))
  expect(series.none).toEqual({ steps: [], epochs: [], times: [], values: [] })
  const rows = await database.prisma.metric.findMany({ where: { valueText: { not: null } }, orderBy: { sequence: 'asc' } })
  expect(rows.map(({ value, valueText }) => [value, valueText])).toContainEqual([null, 'NaN'])
})

test('a summary counts all values and ranks the finite ones', async () => {
  const database = await temporaryDatabase()
  const events = sampleEvents('run-1')
  await database.storeEvents(events)
  const all = events.flatMap((event) => (event.type === 'step-completed' ? [decodeNumber(event.loss)] : []))
  const finite = all.filter(Number.isFinite)
  const [loss] = await database.prisma.metricSummary.findMany({ where: { key: 'train/loss' } })
  expect(loss).toEqual({
    ...{ runId: 'run-1', key: 'train/loss', last: finite.at(-1), lastText: null, lastStep: 89 },
    ...{ min: Math.min(...finite), max: Math.max(...finite), best: Math.min(...finite), count: all.length, nonFinite: 1 },
  })
  const [accuracy] = await database.prisma.metricSummary.findMany({ where: { key: 'test/accuracy' } })
  expect(accuracy.best).toBe(accuracy.max)
})

test('a resumed run has both attempts, the first of them crashed, and the metrics of each', async () => {
  const database = await temporaryDatabase()
  await database.storeEvents(sampleEvents('run-1'))
  const attempts = await database.prisma.attempt.findMany({ orderBy: { number: 'asc' } })
  expect(attempts.map(({ state }) => state)).toEqual(['crashed', 'finished'])
  expect(attempts.map(({ memoryBytes }) => memoryBytes)).toEqual([17_179_869_184, 17_179_869_184])
  expect(await database.prisma.metric.count({ where: { key: 'train/loss', step: 47 } })).toBe(2)
  const { steps } = (await database.readSeries('run-1', ['train/loss']))['train/loss']
  expect(steps).toEqual(Array.from({ length: 90 }, (_, step) => step))
})

test('checkpoints that retention removed are marked, and the newest best one alone is best', async () => {
  const database = await temporaryDatabase()
  await database.storeEvents(sampleEvents('run-1'))
  const kept = await database.listCheckpoints('run-1')
  expect(kept.map(({ step, best, loss }) => [step, best, loss])).toEqual([
    [75, false, 1 / 75],
    [90, true, 1 / 90],
  ])
  expect(await database.prisma.checkpoint.count()).toBe(6)
})

test('one batch may hold the events of several runs', async () => {
  const database = await temporaryDatabase()
  const [a, b] = [sampleEvents('run-a'), sampleEvents('run-b')]
  await database.storeEvents(a.flatMap((event, index) => [event, b[index]]))
  expect(await database.readEvents('run-b', 0, 1000)).toEqual(b)
})

test('a queued run becomes the run that starts under its id', async () => {
  const database = await temporaryDatabase()
  await database.createRun({ id: 'run-1', name: 'mine', config: { ...sampleConfig, workers: 'auto' }, createdAt: 1000, state: 'queued' })
  expect((await database.listRuns())[0]).toMatchObject({ state: 'queued', workers: 0, createdAt: 1000, lastSequence: 0 })
  await database.storeEvents(sampleEvents('run-1').slice(0, 3))
  expect((await database.listRuns())[0]).toMatchObject({ state: 'running', workers: 2, createdAt: 1000, lastSequence: 3, step: 2 })
  const again = database.createRun({ id: 'run-1', name: 'mine', config: sampleConfig, createdAt: 1000, state: 'running' })
  await expect(again).rejects.toThrow("database: a new run's id must be unused, got run-1, which is running")
})
