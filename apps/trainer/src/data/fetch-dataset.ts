// `lockstep data fetch` and `lockstep data verify`, without their command line.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, UserError, unknownName } from '@lockstep/shared'
import type { DatasetFiles, StoredFile } from './dataset.ts'
import { type DownloadProgress, type DownloadTimeouts, downloadFile } from './download.ts'
import { findFile } from './find-file.ts'
import { datasetSources, findDataset } from './registry.ts'

export interface FetchDatasetOptions {
  readonly name: string
  readonly dataDir: string
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Base addresses instead of the dataset's own mirrors. */
  readonly mirrors?: readonly string[] | undefined
  readonly timeouts?: DownloadTimeouts | undefined
}

export interface FetchedDataset {
  readonly directory: string
  /** Names of the files that were downloaded now. */
  readonly fetched: readonly string[]
  /** Names of the files that were there and right already. */
  readonly present: readonly string[]
}

/** What `data verify` found out about one file. */
export interface FileVerdict {
  readonly file: string
  /** null: the file is right; else what is wrong with it. */
  readonly problem: string | null
}

/** The names that `data fetch` and `data verify` take: datasets that are kept in files. */
export function storedDatasetNames(): string[] {
  return Object.entries(datasetSources)
    .filter(([, source]) => source.files !== null)
    .map(([name]) => name)
}

/** Downloads what is missing or damaged of a dataset into DATA_DIR/NAME/; a UserError lists every mirror and why it failed. */
export async function fetchDataset(options: FetchDatasetOptions): Promise<FetchedDataset> {
  return fetchFiles(findFiles('data fetch', options.name), options)
}

/** As fetchDataset, for files that need not belong to a registered dataset. */
export async function fetchFiles(files: DatasetFiles, options: FetchDatasetOptions): Promise<FetchedDataset> {
  const directory = join(options.dataDir, options.name)
  await makeDirectory(directory)
  const fetched: string[] = []
  const present: string[] = []
  let mirrors = options.mirrors ?? files.mirrors
  for (const file of files.list) {
    if ((await findProblem(directory, file)) === null) {
      present.push(file.name)
      continue
    }
    const best = await fetchFile(file, directory, mirrors, options)
    mirrors = [best, ...mirrors.filter((mirror) => mirror !== best)]
    fetched.push(file.name)
  }
  return { directory, fetched, present }
}

/** Checks every file of a dataset, checksum included: one verdict per file. */
export async function verifyDataset({ name, dataDir }: { readonly name: string; readonly dataDir: string }): Promise<FileVerdict[]> {
  return verifyFiles(findFiles('data verify', name), join(dataDir, name))
}

/** As verifyDataset, for files that need not belong to a registered dataset. */
export async function verifyFiles(files: DatasetFiles, directory: string): Promise<FileVerdict[]> {
  const verdicts: FileVerdict[] = []
  for (const file of files.list) verdicts.push({ file: file.name, problem: await findProblem(directory, file) })
  return verdicts
}

function findFiles(subject: string, name: string): DatasetFiles {
  const names = storedDatasetNames()
  const files = names.includes(name) ? findDataset(name).files : null
  if (files === null) throw unknownName(subject, names, name)
  return files
}

async function findProblem(directory: string, file: StoredFile): Promise<string | null> {
  const path = await findFile(directory, file.name)
  if (path === null) return `${join(directory, file.name)}: not found`
  try {
    await file.check(path)
    return null
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}

async function fetchFile(file: StoredFile, directory: string, mirrors: readonly string[], options: FetchDatasetOptions): Promise<string> {
  const baseOf = new Map(mirrors.map((mirror) => [`${mirror.replace(/\/$/, '')}/${file.name}`, mirror]))
  const { onProgress, signal, timeouts, name } = options
  try {
    const check = (path: string, subject: string) => file.check(path, subject)
    const url = await downloadFile({ urls: [...baseOf.keys()], target: join(directory, file.name), check, onProgress, signal, timeouts })
    return baseOf.get(url) ?? url
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error
    throw new UserError(
      `${name}: ${file.name} must come from one of ${mirrors.length} mirrors, got ${messageOf(error)}. ` +
        `Put the files into ${directory} by hand, gzipped or not, or use synthetic-digits, which needs none`,
      { cause: error },
    )
  }
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
  } catch (error) {
    throw new UserError(`data directory: ${directory} must be writable, got ${messageOf(error)}`, { cause: error })
  }
}
