// The words of this folder: what a dataset is once loaded, and what the registry knows of each one.
import type { DatasetDescription, InputSpec } from '@lockstep/models'

/** Examples in shared memory: every worker reads the same bytes. */
export interface Split {
  /** [count, height, width, channels], unsigned bytes, at the start of a SharedArrayBuffer. */
  readonly images: Uint8Array<SharedArrayBuffer>
  /** [count], class indexes, at the start of a SharedArrayBuffer. */
  readonly labels: Uint8Array<SharedArrayBuffer>
  readonly count: number
}

export interface LoadedSplits {
  readonly train: Split
  readonly test: Split
}

/** A dataset ready for training. */
export interface LoadedDataset extends LoadedSplits {
  /** The dataset that was read or drawn; never 'auto'. */
  readonly name: string
  readonly input: InputSpec
  /** Names of the classes, in the order of their indexes. */
  readonly labels: readonly string[]
  /** What the person should know: auto's choice and why, a limit beyond the split. */
  readonly notes: readonly string[]
}

export interface LoadRequest {
  readonly dataDir: string
  /** How many training examples are needed; null for all. */
  readonly limit: number | null
}

/** One file of a dataset as the mirrors name it. */
export interface StoredFile {
  readonly name: string
  /** Rejects with a UserError about `subject` (by default the path) if the file at `path` is not exactly this one. */
  check(path: string, subject?: string): Promise<void>
}

/** A dataset that is kept in files and can be downloaded. */
export interface DatasetFiles {
  /** Base addresses, best first; a file's name is appended. */
  readonly mirrors: readonly string[]
  readonly list: readonly StoredFile[]
}

/** One entry of the registry. */
export interface DatasetSource {
  readonly description: DatasetDescription
  /** null: nothing is stored, the program makes the data. */
  readonly files: DatasetFiles | null
  load(request: LoadRequest): Promise<LoadedSplits>
}
