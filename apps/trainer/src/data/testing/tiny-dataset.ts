// A small IDX dataset written and read in the tests: the real format, few enough bytes to damage on purpose.
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { DatasetDescription } from '@lockstep/models'
import type { Split } from '../dataset.ts'
import type { IdxDatasetSpec } from '../idx-dataset.ts'
import { drawSyntheticDigits } from '../synthetic/synthetic-digits.ts'

/** An unpacked IDX file of unsigned bytes. */
export function encodeIdx(shape: readonly number[], data: Uint8Array, magic = 0x0800 | shape.length): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header.writeUInt32BE(magic)
  for (const [index, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * index)
  return Buffer.concat([header, data])
}

const trainExamples = 300
const testExamples = 40

const description: DatasetDescription = {
  summary: 'a few pictures for tests',
  input: { height: 28, width: 28, channels: 1, classes: 10 },
  labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  trainExamples,
  testExamples,
}

const train = drawSyntheticDigits(7, 'train', trainExamples)
const test = drawSyntheticDigits(7, 'test', testExamples)
const encodeImages = (split: Split) => encodeIdx([split.count, 28, 28], split.images)
const encodeLabels = (split: Split) => encodeIdx([split.count], split.labels)

/** The four files unpacked, by the name that the mirrors give them. */
export const tinyFiles = {
  'train-images-idx3-ubyte.gz': encodeImages(train),
  'train-labels-idx1-ubyte.gz': encodeLabels(train),
  't10k-images-idx3-ubyte.gz': encodeImages(test),
  't10k-labels-idx1-ubyte.gz': encodeLabels(test),
}
export type TinyFileName = keyof typeof tinyFiles

const spec = (file: TinyFileName) => ({ file, md5: createHash('md5').update(tinyFiles[file]).digest('hex') })

/** The description of the tiny dataset, checksums included. */
export const tinySpec = {
  name: 'tiny',
  description,
  trainImages: spec('train-images-idx3-ubyte.gz'),
  trainLabels: spec('train-labels-idx1-ubyte.gz'),
  testImages: spec('t10k-images-idx3-ubyte.gz'),
  testLabels: spec('t10k-labels-idx1-ubyte.gz'),
  mirrors: [],
} satisfies IdxDatasetSpec

/** The splits that the files hold. */
export const tinySplits = { train, test }

/** The four files as a mirror serves them. */
export function packTinyFiles(): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(tinyFiles).map(([name, bytes]) => [name, gzipSync(bytes)]))
}

/** Writes the four files, gzipped, into DATA_DIR/tiny/; `changed` replaces the content of some, byte for byte. */
export async function writeTinyDataset(dataDir: string, changed: Partial<Record<TinyFileName, Uint8Array>> = {}): Promise<void> {
  const directory = join(dataDir, 'tiny')
  await mkdir(directory, { recursive: true })
  for (const [name, bytes] of Object.entries({ ...packTinyFiles(), ...changed })) await writeFile(join(directory, name), bytes)
}
