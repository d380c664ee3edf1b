import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { UserError } from '@lockstep/shared'
import { expect, onTestFinished, test } from 'vitest'
import type { DownloadProgress } from './download.ts'
import { type FetchDatasetOptions, fetchDataset, fetchFiles, verifyDataset, verifyFiles } from './fetch-dataset.ts'
import { idxDataset } from './idx-dataset.ts'
import { type Mirror, type MirrorOptions, startMirror } from './testing/mirror-server.ts'
import { scratchDirectory } from './testing/scratch.ts'
import { packTinyFiles, tinySpec, tinySplits, writeTinyDataset } from './testing/tiny-dataset.ts'

const trainImages = 'train-images-idx3-ubyte.gz'
const packed = packTinyFiles()
const packedImages = packed[trainImages] ?? Buffer.of()
const source = idxDataset(tinySpec)
const files = { mirrors: [], list: source.files?.list ?? [] }

async function mirrorFor(options: Partial<MirrorOptions> = {}): Promise<Mirror> {
  const mirror = await startMirror({ files: packed, ...options })
  onTestFinished(() => mirror.close())
  return mirror
}

/** An address that refuses connections: a mirror that was there a moment ago. */
async function deadMirror(): Promise<string> {
  const mirror = await startMirror({ files: {} })
  await mirror.close()
  return mirror.url
}

const fetchTiny = (dataDir: string, mirrors: readonly string[], options: Partial<FetchDatasetOptions> = {}) =>
  fetchFiles(files, { name: 'tiny', dataDir, mirrors, ...options })

async function expectComplete(dataDir: string): Promise<void> {
  const { train } = await source.load({ dataDir, limit: null })
  expect(Buffer.compare(train.images, tinySplits.train.images)).toBe(0)
  expect((await readdir(join(dataDir, 'tiny'))).sort()).toEqual(Object.keys(packed).sort())
}

test('a fetched dataset is complete, and progress runs up to each total', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const mirror = await mirrorFor()
  const last = new Map<string, DownloadProgress>()
  const onProgress = (progress: DownloadProgress) => {
    expect(progress.receivedBytes).toBeGreaterThan(last.get(progress.file)?.receivedBytes ?? 0)
    last.set(progress.file, progress)
  }
  const { fetched, present } = await fetchTiny(dataDir, [mirror.url], { onProgress })
  expect([...fetched].sort()).toEqual(Object.keys(packed).sort())
  expect(present).toEqual([])
  for (const [file, { receivedBytes, totalBytes }] of last)
    expect([receivedBytes, totalBytes]).toEqual([packed[file]?.length, packed[file]?.length])
  await expectComplete(dataDir)
})

test('a second fetch asks the mirror for nothing', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  await writeTinyDataset(dataDir)
  const mirror = await mirrorFor()
  const { fetched, present } = await fetchTiny(dataDir, [mirror.url])
  expect(fetched).toEqual([])
  expect(present).toHaveLength(4)
  expect(mirror.requests).toEqual([])
})

test('a damaged file is replaced, and only that one', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  await writeTinyDataset(dataDir, { [trainImages]: packedImages.subarray(0, 5000) })
  const mirror = await mirrorFor()
  expect((await fetchTiny(dataDir, [mirror.url])).fetched).toEqual([trainImages])
  await expectComplete(dataDir)
})

test('a connection that keeps breaking is continued where it broke', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const step = Math.ceil(packedImages.length / 4)
  const mirror = await mirrorFor({ breakAfterBytes: step })
  await fetchTiny(dataDir, [mirror.url])
  const ranges = mirror.requests.filter((request) => request.startsWith(`/${trainImages}`)).map((request) => request.split(' ')[1])
  expect(ranges).toEqual(['whole', `bytes=${step}-`, `bytes=${2 * step}-`, `bytes=${3 * step}-`])
  await expectComplete(dataDir)
})

test('a later process continues what an aborted one left', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const mirror = await mirrorFor({ breakAfterBytes: 20_000 })
  const stop = new AbortController()
  const onProgress = ({ file }: DownloadProgress) => file === trainImages && stop.abort(new Error('stopped by the test'))
  await expect(fetchTiny(dataDir, [mirror.url], { onProgress, signal: stop.signal })).rejects.toThrow('stopped by the test')
  expect((await readdir(join(dataDir, 'tiny'))).filter((name) => name.endsWith('.part'))).toHaveLength(1)
  const before = mirror.requests.length
  await fetchTiny(dataDir, [mirror.url])
  expect(mirror.requests[before]).toMatch(/^\/train-images-idx3-ubyte\.gz bytes=[1-9]\d*-$/)
  await expectComplete(dataDir)
})

test('a mirror without ranges is read from the start again', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const flaky = await mirrorFor({ breakAfterBytes: 20_000, supportsRanges: false })
  const sound = await mirrorFor()
  await fetchTiny(dataDir, [flaky.url, sound.url])
  await expectComplete(dataDir)
})

test('a part left by an older version of the mirror is thrown away and the file fetched whole', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const wrong = Buffer.alloc(packedImages.length, 7)
  const stop = new AbortController()
  const older = await startMirror({ files: { ...packed, [trainImages]: wrong }, breakAfterBytes: 20_000 })
  const onProgress = ({ file }: DownloadProgress) => file === trainImages && stop.abort(new Error('stopped'))
  await expect(fetchTiny(dataDir, [older.url], { onProgress, signal: stop.signal })).rejects.toThrow('stopped')
  await older.close()
  const newer = await startMirror({ files: packed, port: Number(new URL(older.url).port) })
  onTestFinished(() => newer.close())
  await fetchTiny(dataDir, [older.url])
  expect(newer.requests.map((request) => request.split(' ')[1]?.replace(/\d+/, 'N'))).toEqual(['bytes=N-', 'whole'])
  await expectComplete(dataDir)
})

test('a part that was already whole needs no more bytes', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const mirror = await mirrorFor()
  const stop = new AbortController()
  const onProgress = ({ file, receivedBytes }: DownloadProgress) =>
    file === trainImages && receivedBytes === packedImages.length && stop.abort(new Error('stopped at the last byte'))
  await expect(fetchTiny(dataDir, [mirror.url], { onProgress, signal: stop.signal })).rejects.toThrow('stopped at the last byte')
  await fetchTiny(dataDir, [mirror.url])
  expect(mirror.requests.at(-1)).toBe(`/${trainImages} bytes=${packedImages.length}-`)
  await expectComplete(dataDir)
})

test('dead, silent, failing and lying mirrors are passed over, and the good one is asked first from then on', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const silent = await mirrorFor({ isSilent: true })
  const failing = await mirrorFor({ status: 503 })
  const lying = await mirrorFor({ files: Object.fromEntries(Object.keys(packed).map((name) => [name, gzipSync('<html>log in</html>')])) })
  const good = await mirrorFor()
  const mirrors = [await deadMirror(), silent.url, failing.url, lying.url, good.url]
  await fetchTiny(dataDir, mirrors, { timeouts: { responseMs: 200, stallMs: 200 } })
  expect([silent, failing, lying, good].map(({ requests }) => requests.length)).toEqual([1, 1, 1, 4])
  await expectComplete(dataDir)
})

test('when no mirror gives the file, one line names each with its reason, and the remedy', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const dead = await deadMirror()
  const silent = await mirrorFor({ isSilent: true })
  const missing = await mirrorFor({ files: {} })
  const lying = await mirrorFor({ files: { 'train-labels-idx1-ubyte.gz': gzipSync('<html>log in</html>') } })
  const fetching = fetchTiny(dataDir, [dead, silent.url, missing.url, lying.url], { timeouts: { responseMs: 200, stallMs: 200 } })
  const error = await fetching.then(
    () => null,
    (reason: unknown) => reason,
  )
  const file = 'train-labels-idx1-ubyte.gz'
  expect(error).toBeInstanceOf(UserError)
  expect(String(error)).not.toContain('\n')
  expect(String(error)).toContain(`tiny: ${file} must come from one of 4 mirrors, got ${dead}${file}: connect ECONNREFUSED`)
  expect(String(error)).toContain(`${silent.url}${file}: no answer within 0.2 s`)
  expect(String(error)).toContain(`${missing.url}${file}: HTTP status must be 200 or 206, got 404`)
  expect(String(error)).toContain(`${lying.url}${file}: an IDX label file must begin with the magic number 0x00000801, got 0x3c68746d`)
  expect(String(error)).toContain(`Put the files into ${join(dataDir, 'tiny')} by hand`)
})

test('content with a wrong checksum never gets the file its name', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const altered = Buffer.from(tinySplits.train.labels)
  altered[3] = ((altered[3] ?? 0) + 1) % 10
  const header = Buffer.from([0, 0, 8, 1, 0, 0, 1, 44])
  const mirror = await mirrorFor({ files: { ...packed, 'train-labels-idx1-ubyte.gz': gzipSync(Buffer.concat([header, altered])) } })
  await expect(fetchTiny(dataDir, [mirror.url])).rejects.toThrow('train-labels-idx1-ubyte.gz: the MD5 of the unpacked file must be')
  expect(await readdir(join(dataDir, 'tiny'))).toEqual([])
})

test('a folder that cannot be made is one clear line', async () => {
  const dataDir = join(await scratchDirectory(onTestFinished), 'file')
  await writeFile(dataDir, 'in the way')
  await expect(fetchTiny(dataDir, [])).rejects.toThrow(`data directory: ${join(dataDir, 'tiny')} must be writable, got ENOTDIR`)
  expect(await readFile(dataDir, 'utf8')).toBe('in the way')
})

test('verify finds every file right, or says what is wrong with it', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  await writeTinyDataset(dataDir, { [trainImages]: packedImages.subarray(0, 5000) })
  const verdicts = await verifyFiles(files, join(dataDir, 'tiny'))
  expect(verdicts.filter(({ problem }) => problem === null)).toHaveLength(3)
  expect(verdicts.find(({ file }) => file === trainImages)?.problem).toContain('must be a complete file')
})

test('a dataset that is missing altogether fails verification file by file', async () => {
  const verdicts = await verifyDataset({ name: 'mnist', dataDir: await scratchDirectory(onTestFinished) })
  expect(verdicts.map(({ problem }) => problem?.endsWith('not found'))).toEqual([true, true, true, true])
})

test('only datasets kept in files can be fetched or verified, and the error lists them', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  await expect(fetchDataset({ name: 'synthetic-digits', dataDir })).rejects.toThrow(
    'data fetch: must be one of mnist, fashion-mnist, got "synthetic-digits"',
  )
  await expect(verifyDataset({ name: 'toString', dataDir })).rejects.toThrow(
    'data verify: must be one of mnist, fashion-mnist, got "toString"',
  )
})
