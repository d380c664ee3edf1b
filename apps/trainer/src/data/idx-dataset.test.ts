import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { UserError } from '@lockstep/shared'
import { expect, onTestFinished, test } from 'vitest'
import type { LoadedSplits } from './dataset.ts'
import { fingerprint } from './fingerprint.ts'
import { idxDataset } from './idx-dataset.ts'
import { scratchDirectory } from './testing/scratch.ts'
import { encodeIdx, packTinyFiles, type TinyFileName, tinyFiles, tinySpec, tinySplits, writeTinyDataset } from './testing/tiny-dataset.ts'

const tiny = idxDataset(tinySpec)
const load = (dataDir: string) => tiny.load({ dataDir, limit: null })

function expectTinySplits({ train, test: testSplit }: LoadedSplits): void {
  expect(fingerprint(train, 300)).toBe(fingerprint(tinySplits.train, 300))
  expect(fingerprint(testSplit, 40)).toBe(fingerprint(tinySplits.test, 40))
  for (const bytes of [train.images, train.labels, testSplit.images, testSplit.labels]) {
    expect(bytes.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(bytes.byteLength).toBe(bytes.buffer.byteLength)
  }
}

test('a gzipped dataset loads into shared memory, byte for byte', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  await writeTinyDataset(dataDir)
  expectTinySplits(await load(dataDir))
})

test('plain and gzipped files mix, and the content decides, not the name', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  await writeTinyDataset(dataDir, { 't10k-labels-idx1-ubyte.gz': tinyFiles['t10k-labels-idx1-ubyte.gz'] })
  const directory = join(dataDir, 'tiny')
  await rm(join(directory, 'train-images-idx3-ubyte.gz'))
  await writeFile(join(directory, 'train-images-idx3-ubyte'), tinyFiles['train-images-idx3-ubyte.gz'])
  await rm(join(directory, 'train-labels-idx1-ubyte.gz'))
  await writeFile(join(directory, 'train-labels-idx1-ubyte'), gzipSync(tinyFiles['train-labels-idx1-ubyte.gz']))
  expectTinySplits(await load(dataDir))
})

const packed = packTinyFiles()
const packedLabels = packed['train-labels-idx1-ubyte.gz'] ?? Buffer.of()
const flippedByte = Buffer.from(tinyFiles['t10k-images-idx3-ubyte.gz'])
flippedByte[500] = (flippedByte[500] ?? 0) ^ 1
const brokenGzip = Buffer.from(packedLabels)
brokenGzip[40] = (brokenGzip[40] ?? 0) ^ 0xff

const damages: { fact: string; file: TinyFileName; bytes: Uint8Array; message: RegExp }[] = [
  {
    fact: 'a gzip file cut short',
    file: 'train-labels-idx1-ubyte.gz',
    bytes: packedLabels.subarray(0, 90),
    message: /complete file.*unexpected end of file/,
  },
  { fact: 'damaged gzip data', file: 'train-labels-idx1-ubyte.gz', bytes: brokenGzip, message: /complete file, plain or gzip, got / },
  {
    fact: 'one flipped bit',
    file: 't10k-images-idx3-ubyte.gz',
    bytes: gzipSync(flippedByte),
    message: /MD5 of the unpacked file must be /,
  },
  { fact: 'an empty file', file: 't10k-images-idx3-ubyte.gz', bytes: Buffer.of(), message: /header must have 16 bytes, got 0/ },
  {
    fact: 'the test images as training images',
    file: 'train-images-idx3-ubyte.gz',
    bytes: packed['t10k-images-idx3-ubyte.gz'] ?? Buffer.of(),
    message: /must hold 300 items, got 40/,
  },
]

test.each(damages)('$fact is rejected with the path and the remedy', async ({ file, bytes, message }) => {
  const dataDir = await scratchDirectory(onTestFinished)
  await writeTinyDataset(dataDir, { [file]: bytes })
  const loading = load(dataDir)
  await expect(loading).rejects.toThrow(UserError)
  await expect(loading).rejects.toThrow(message)
  await expect(loading).rejects.toThrow(`${join(dataDir, 'tiny', file)}: `)
  await expect(loading).rejects.toThrow('; `lockstep data fetch tiny` replaces it')
})

test('labels and images of different number are rejected with both counts', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const withoutChecksums = idxDataset({
    ...tinySpec,
    trainImages: { ...tinySpec.trainImages, md5: null },
    trainLabels: { ...tinySpec.trainLabels, md5: null },
  })
  await writeTinyDataset(dataDir, { 'train-labels-idx1-ubyte.gz': encodeIdx([299], new Uint8Array(299)) })
  await expect(withoutChecksums.load({ dataDir, limit: null })).rejects.toThrow(
    'train-labels-idx1-ubyte.gz: must have one label for each of the 300 images in train-images-idx3-ubyte.gz, got 299 labels',
  )
})

test('a dataset without known checksums may have any consistent count', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const withoutChecksums = idxDataset({
    ...tinySpec,
    testImages: { ...tinySpec.testImages, md5: null },
    testLabels: { ...tinySpec.testLabels, md5: null },
  })
  await writeTinyDataset(dataDir, {
    't10k-images-idx3-ubyte.gz': encodeIdx([2, 28, 28], new Uint8Array(2 * 784)),
    't10k-labels-idx1-ubyte.gz': encodeIdx([2], new Uint8Array(2)),
  })
  expect((await withoutChecksums.load({ dataDir, limit: null })).test.count).toBe(2)
})

test('a missing file is named with its folder and the remedy', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  await writeTinyDataset(dataDir)
  await rm(join(dataDir, 'tiny', 't10k-images-idx3-ubyte.gz'))
  await expect(load(dataDir)).rejects.toThrow(
    `tiny: t10k-images-idx3-ubyte.gz not found in ${join(dataDir, 'tiny')}; run \`lockstep data fetch tiny\``,
  )
})

test('a folder in the place of a file is rejected by its path', async () => {
  const dataDir = await scratchDirectory(onTestFinished)
  const path = join(dataDir, 'tiny', 't10k-images-idx3-ubyte.gz')
  await writeTinyDataset(dataDir)
  await rm(path)
  await mkdir(path)
  await expect(load(dataDir)).rejects.toThrow(UserError)
  await expect(load(dataDir)).rejects.toThrow(`${path}: must be a`)
})
