import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LineLog } from './line-log.ts'
import { runLockstep } from './processes.ts'
import { makeTempDir } from './temp-dir.ts'

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

test('a reader of a log misses nothing, whenever it comes', async () => {
  const log = new LineLog<number>()
  log.push(1)
  const early = collect(log.read())
  log.push(2)
  log.end()
  expect(await early).toEqual([1, 2])
  expect(await collect(log.read())).toEqual([1, 2])
})

test('a wait finds what has come and what is to come, and rejects when time is up or the log ends', async () => {
  const log = new LineLog<number>()
  const is =
    (wanted: number) =>
    (item: number): item is number =>
      item === wanted
  const explain = () => 'why'
  const later = log.find(is(2), 1000, explain)
  log.push(1)
  log.push(2)
  expect(await later).toBe(2)
  expect(await log.find(is(1), 1000, explain)).toBe(1)
  await expect(log.find(is(3), 20, explain)).rejects.toThrow('after 20 ms: why')
  const never = log.find(is(3), 1000, explain)
  log.end()
  await expect(never).rejects.toThrow('ended: why')
})

test('a temporary directory is new and outside the repository', () => {
  const path = makeTempDir()
  expect(existsSync(path)).toBe(true)
  expect(makeTempDir()).not.toBe(path)
})

test('a command that is run to its end gives its exit code and what it said', async () => {
  const { code, events, stderr } = await runLockstep(['train', '--epochs', '-1', '--json'], { cwd: makeTempDir() })
  expect(code).toBe(2)
  expect(events).toEqual([])
  expect(stderr).toMatch(/epochs: must be at least 1, got -1/)
})
