import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '@lockstep/shared'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chooseDataset } from './auto.ts'
import { verifyDataset } from './fetch-dataset.ts'
import { findFile } from './find-file.ts'
import { fingerprint } from './fingerprint.ts'
import { loadDataset } from './load-dataset.ts'
import { mnist } from './mnist.ts'
import { datasetSources } from './registry.ts'
import { type MirrorOptions, startMirror } from './testing/mirror-server.ts'
import { scratchDirectory } from './testing/scratch.ts'

const realDataDir = process.env.LOCKSTEP_DATA_DIR === undefined ? null : resolve(process.env.LOCKSTEP_DATA_DIR)
const reason = realDataDir === null ? 'skipped: LOCKSTEP_DATA_DIR does not say where the real files are' : `files in ${realDataDir}`

describe.skipIf(realDataDir === null)(`real MNIST and Fashion-MNIST (${reason})`, () => {
  const dataDir = realDataDir ?? ''

  test('mnist loads whole, its first labels are the known ones', async () => {
    const { name, input, train, test: testSplit, notes } = await loadDataset({ name: 'mnist', dataDir })
    expect([name, train.count, testSplit.count, notes]).toEqual(['mnist', 60_000, 10_000, []])
    expect(input).toEqual({ height: 28, width: 28, channels: 1, classes: 10 })
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    expect(train.images.length).toBe(60_000 * 784)
    expect(train.images.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  test('fashion-mnist loads whole, its first labels are the known ones', async () => {
    const { train, test: testSplit, labels } = await loadDataset({ name: 'fashion-mnist', dataDir })
    expect([train.count, testSplit.count, labels[9]]).toEqual([60_000, 10_000, 'Ankle boot'])
    expect([...train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
  })

  test('a limit keeps the first examples, over the same shared memory', async () => {
    const { train, test: testSplit } = await loadDataset({ name: 'mnist', dataDir, limit: 7 })
    expect([...train.labels]).toEqual([5, 0, 4, 1, 9, 2, 1])
    expect(train.images.length).toBe(7 * 784)
    expect(testSplit.count).toBe(10_000)
  })

  test('auto takes mnist where it is', async () => {
    const { name, notes } = await loadDataset({ name: 'auto', dataDir, limit: 10 })
    expect([name, notes]).toEqual(['mnist', []])
  })

  test('auto fetches mnist when a mirror gives it in time, and says so', async () => {
    const names = (mnist.files?.list ?? []).map(({ name }) => name)
    const paths = await Promise.all(names.map((name) => findFile(join(dataDir, 'mnist'), name)))
    const files = Object.fromEntries(await Promise.all(names.map(async (name, index) => [name, await readFile(paths[index] ?? name)])))
    const emptyDir = await scratchDirectory(onTestFinished)
    const { name, notes } = await chooseDataset({ dataDir: emptyDir, mirrors: [await mirrorUrl({ files })] })
    expect([name, notes]).toEqual(['mnist', [`MNIST was downloaded into ${emptyDir}/mnist`]])
    expect((await verifyDataset({ name: 'mnist', dataDir: emptyDir })).map(({ problem }) => problem)).toEqual([null, null, null, null])
  })

  test.each(['mnist', 'fashion-mnist'])('verify finds nothing wrong with %s', async (name) => {
    expect((await verifyDataset({ name, dataDir })).map(({ problem }) => problem)).toEqual([null, null, null, null])
  })
})

test.each(Object.entries(datasetSources))('%s has one label per class and examples in both splits', (_, { description }) => {
  expect(description.labels).toHaveLength(description.input.classes)
  expect(Math.min(description.trainExamples, description.testExamples)).toBeGreaterThan(0)
})

test('synthetic-digits needs no folder', async () => {
  const { name, train, test: testSplit, notes } = await loadDataset({ name: 'synthetic-digits', dataDir: '/nowhere', limit: 100 })
  expect([name, train.count, testSplit.count, notes]).toEqual(['synthetic-digits', 100, 10_000, []])
})

test('a limit beyond the split takes all of it and says so', async () => {
  const { train, notes } = await loadDataset({ name: 'synthetic-digits', dataDir: '/nowhere', limit: 70_000 })
  expect(train.count).toBe(60_000)
  expect(notes).toEqual(['synthetic-digits has 60000 training examples, fewer than the limit of 70000: all are used'])
})

test.each([0, -1, 1.5, Number.NaN])('a limit of %d is rejected', async (limit) => {
  await expect(loadDataset({ name: 'synthetic-digits', dataDir: '/nowhere', limit })).rejects.toThrow(
    `limit: must be a whole number above 0, got ${limit}`,
  )
})

test('an unknown dataset is rejected with the known names', async () => {
  const loading = loadDataset({ name: 'constructor', dataDir: '/nowhere' })
  await expect(loading).rejects.toThrow(UserError)
  await expect(loading).rejects.toThrow('dataset: must be one of mnist, fashion-mnist, synthetic-digits, auto, got "constructor"')
})

test('a fingerprint covers the images and labels it counts, and no others', async () => {
  const { train } = await loadDataset({ name: 'synthetic-digits', dataDir: '/nowhere', limit: 20 })
  const labels = new Uint8Array(new SharedArrayBuffer(20))
  labels.set(train.labels)
  labels[10] = ((labels[10] ?? 0) + 1) % 10
  expect(fingerprint({ ...train, labels }, 10)).toBe(fingerprint(train, 10))
  expect(fingerprint({ ...train, labels }, 11)).not.toBe(fingerprint(train, 11))
  expect(() => fingerprint(train, 21)).toThrow('fingerprint: count must be between 0 and 20, got 21')
})

async function mirrorUrl(options: Partial<MirrorOptions>): Promise<string> {
  const mirror = await startMirror({ files: {}, ...options })
  onTestFinished(() => mirror.close())
  return mirror.url
}

test('auto takes synthetic-digits at once when every mirror refuses, and says why', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const gone = await startMirror({ files: {} })
  await gone.close()
  const start = performance.now()
  const { name, notes } = await chooseDataset({ dataDir, mirrors: [gone.url, gone.url.replace('127.0.0.1', 'localhost')] })
  expect(performance.now() - start).toBeLessThan(1500)
  expect(name).toBe('synthetic-digits')
  expect(notes.join()).toContain(`MNIST is not in ${dataDir}/mnist, and it could not be fetched: ${new URL(gone.url).host}`)
  expect(notes.join()).toContain('(and 1 more mirrors failed)')
})

test('auto waits for silent mirrors no longer than its patience', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const mirrors = [await mirrorUrl({ isSilent: true }), await mirrorUrl({ isSilent: true })]
  const start = performance.now()
  const { name, notes } = await chooseDataset({ dataDir, mirrors, patience: { firstByteMs: 400, totalMs: 5000 } })
  expect(performance.now() - start).toBeLessThan(1500)
  expect(name).toBe('synthetic-digits')
  expect(notes.join()).toMatch(/no answer within 0.2 s|no mirror answered within 0.4 s/)
})

test('a person who stops the command while auto is fetching stops it', async () => {
  const mirrors = [await mirrorUrl({ isSilent: true })]
  const signal = AbortSignal.timeout(100)
  await expect(chooseDataset({ dataDir: await scratchDirectory(onTestFinished), mirrors, signal })).rejects.toThrow('timeout')
})
