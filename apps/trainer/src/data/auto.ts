// The dataset named 'auto': MNIST if it is here or can be had within seconds, else synthetic-digits, and it says which and why.
import { join } from 'node:path'
import { messageOf } from '@lockstep/shared'
import { fetchDataset } from './fetch-dataset.ts'
import { findFile } from './find-file.ts'
import { mnist } from './mnist.ts'
import { Watchdog } from './watchdog.ts'

export interface AutoOptions {
  readonly dataDir: string
  readonly signal?: AbortSignal | undefined
  /** Base addresses instead of MNIST's own mirrors. */
  readonly mirrors?: readonly string[] | undefined
  readonly patience?: AutoPatience | undefined
}

export interface AutoPatience {
  /** Until the first byte from any mirror. */
  readonly firstByteMs: number
  /** Until the last byte of the last file. */
  readonly totalMs: number
}

export interface DatasetChoice {
  readonly name: string
  readonly notes: readonly string[]
}

// An offline machine must not wait long for its first step; 11 MB at 10 Mbit/s take 9 s.
const defaultPatience: AutoPatience = { firstByteMs: 3_600, totalMs: 15_000 }

/** The dataset that 'auto' stands for on this machine now, with a note that says why. */
export async function chooseDataset(options: AutoOptions): Promise<DatasetChoice> {
  const directory = join(options.dataDir, 'mnist')
  const found = await Promise.all((mnist.files?.list ?? []).map(({ name }) => findFile(directory, name)))
  if (found.every((path) => path !== null)) return { name: 'mnist', notes: [] }
  const failure = await tryFetch(options)
  if (failure === null) return { name: 'mnist', notes: [`MNIST was downloaded into ${directory}`] }
  return { name: 'synthetic-digits', notes: [`training on digits drawn by the program: MNIST is not in ${directory}, and ${failure}`] }
}

/** null if MNIST is here now, else why it is not, as the end of a sentence. */
async function tryFetch({
  dataDir,
  signal,
  mirrors = mnist.files?.mirrors ?? [],
  patience = defaultPatience,
}: AutoOptions): Promise<string | null> {
  const { firstByteMs, totalMs } = patience
  const watchdog = new Watchdog(signal)
  watchdog.expectWithin(totalMs, 'it could not be fetched')
  const onAnswer = watchdog.expectWithin(firstByteMs, 'no mirror answered')
  const timeouts = { responseMs: firstByteMs / mirrors.length, stallMs: totalMs }
  try {
    await fetchDataset({ name: 'mnist', dataDir, mirrors, signal: watchdog.signal, timeouts, onProgress: onAnswer })
    return null
  } catch (error) {
    signal?.throwIfAborted()
    return watchdog.signal.aborted ? messageOf(watchdog.signal.reason) : `it could not be fetched: ${briefly(error)}`
  } finally {
    watchdog.close()
  }
}

/** The first mirror's failure stands for all: the note is one line of a terminal. */
function briefly(error: unknown): string {
  const failures = error instanceof Error && error.cause instanceof AggregateError ? error.cause.errors : []
  if (failures.length === 0) return messageOf(error)
  const first = messageOf(failures[0]).replace(/https?:\/\/([^/\s]+)\S*/g, '$1')
  const others = failures.length === 1 ? '' : ` (and ${failures.length - 1} more mirrors failed)`
  return `${first}${others}`
}
