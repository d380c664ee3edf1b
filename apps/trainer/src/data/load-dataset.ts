import { UserError } from '@lockstep/shared'
import { chooseDataset } from './auto.ts'
import type { LoadedDataset, Split } from './dataset.ts'
import { findDataset } from './registry.ts'

export interface LoadDatasetOptions {
  /** A name of the registry, or 'auto'. */
  readonly name: string
  /** The folder with one folder per dataset. */
  readonly dataDir: string
  /** Train on the first so many examples only; null or absent for all. */
  readonly limit?: number | null
  readonly signal?: AbortSignal
}

/** Reads (or draws) a dataset into shared memory, its train split cut to `limit`; bad data or a bad name is a UserError. */
export async function loadDataset({ name, dataDir, limit = null, signal }: LoadDatasetOptions): Promise<LoadedDataset> {
  if (limit !== null && !(Number.isInteger(limit) && limit > 0)) {
    throw new UserError(`limit: must be a whole number above 0, got ${limit}`)
  }
  const choice = name === 'auto' ? await chooseDataset({ dataDir, signal }) : { name, notes: [] }
  const source = findDataset(choice.name)
  const { train, test } = await source.load({ dataDir, limit })
  const notes = [...choice.notes]
  if (limit !== null && limit > train.count) {
    notes.push(`${choice.name} has ${train.count} training examples, fewer than the limit of ${limit}: all are used`)
  }
  const count = Math.min(limit ?? train.count, train.count)
  const { input, labels } = source.description
  return { name: choice.name, input, labels, train: firstOf(train, count), test, notes }
}

function firstOf(split: Split, count: number): Split {
  if (count === split.count) return split
  const imageBytes = split.images.length / split.count
  return { images: split.images.subarray(0, count * imageBytes), labels: split.labels.subarray(0, count), count }
}
