import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Connection } from './connection.ts'
import { migrate } from './migrate.ts'
import { readMigrations } from './migration-files.ts'
import { openDatabase } from './open-database.ts'
import { storeEvents } from './store-events.ts'
import { sampleBenchmark } from './testing/sample-benchmark.ts'
import { sampleEvents } from './testing/sample-run.ts'
import { temporaryDatabase, temporaryFolder } from './testing/temporary-database.ts'

test('a benchmark comes back as it was stored', async () => {
  const database = await temporaryDatabase()
  await database.storeBenchmark(sampleBenchmark('b1'))
  expect(await database.listBenchmarks()).toEqual([sampleBenchmark('b1')])
})

test('benchmarks are listed newest first, as many as asked for, and one with the same id is replaced', async () => {
  const database = await temporaryDatabase()
  for (const [id, createdAt] of [
    ['b1', 1],
    ['b2', 3],
    ['b3', 2],
    ['b1', 1],
  ] as const)
    await database.storeBenchmark(sampleBenchmark(id, createdAt))
  expect((await database.listBenchmarks()).map(({ id }) => id)).toEqual(['b2', 'b3', 'b1'])
  expect((await database.listBenchmarks(2)).map(({ id }) => id)).toEqual(['b2', 'b3'])
})

test('a benchmark without a kernel table and peers is kept', async () => {
  const database = await temporaryDatabase()
  const bare = { ...sampleBenchmark('b1'), kernels: null, peers: [] }
  await database.storeBenchmark(bare)
  expect(await database.listBenchmarks()).toEqual([bare])
})

test('what does not meet the schema is refused and nothing is kept of it', async () => {
  const database = await temporaryDatabase()
  const [one] = sampleBenchmark('b1').results
  await expect(database.storeBenchmark({ ...sampleBenchmark('b1'), results: [{ ...one, examplesPerSecond: -1 }] })).rejects.toThrow(
    'examplesPerSecond',
  )
  expect(await database.listBenchmarks()).toEqual([])
})

test('a database of the version before benchmarks keeps its runs and takes benchmarks', async () => {
  const path = join(temporaryFolder(), 'old.db')
  const migrations = readMigrations()
  const before = migrations.slice(
    0,
    migrations.findIndex(({ name }) => name === '20261124000000_benchmark'),
  )
  expect(before.length).toBeGreaterThan(0)
  const old = await Connection.open({ path, readOnly: false })
  await migrate(old, before)
  await old.write((statements) => storeEvents(statements, sampleEvents('run-1')))
  await old.close()
  const database = await openDatabase({ url: `file:${path}` })
  onTestFinished(() => database.close())
  expect((await database.readEvents('run-1', 0, 1000)).length).toBe(sampleEvents('run-1').length)
  expect((await database.listRuns()).map(({ id, state }) => [id, state])).toEqual([['run-1', 'finished']])
  await database.storeBenchmark(sampleBenchmark('b1'))
  expect((await database.listBenchmarks()).map(({ id }) => id)).toEqual(['b1'])
})
