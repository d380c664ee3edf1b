// Training is a stream of events: what happens is what is yielded, and sinks fold it.
import type { EventBody, RunConfig, TrainingEvent } from '@lockstep/shared'
import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import type { LoadedDataset } from '../data/dataset.ts'
import { EventQueue } from './event-queue.ts'
import { runSession } from './session.ts'

export interface ResumedFile {
  path: string
  sha256: string
  sizeBytes: number
  /** False if the record does not tell of this file. */
  recorded: boolean
  /** Recorded paths whose files are gone. */
  gone: readonly string[]
}

export interface TrainOptions {
  config: RunConfig
  dataset: LoadedDataset
  runId: string
  name: string
  /** Directory that holds a directory per run. */
  runsDir: string
  /** 1 for a new run; each resume adds one. */
  attempt?: number
  /** Sequence number of the first event. */
  firstSequence?: number
  /** Continue from here instead of from step 0. */
  resumeFrom?: Checkpoint | null
  /** The file behind `resumeFrom`, and what the record lacks or has too much, so that it can be mended. */
  resumedFile?: ResumedFile
  /** Command line to record. */
  argv?: readonly string[]
  /** Abort to stop after the step at hand, with a checkpoint. */
  signal?: AbortSignal
  /** Resolves once the event with this sequence number, and all before it, are safe. Checkpoints are written only then. */
  recorded?: (sequence: number) => Promise<void>
}

/**
 * Trains one run and yields its events in order, from `run-started` to exactly one of `run-finished`, `run-stopped` and
 * `run-failed`. Throws UserError before the first event if config and data do not fit. Leaving the loop early stops the run.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainingEvent> {
  const { runId, attempt = 1, firstSequence = 1 } = options
  const queue = new EventQueue<TrainingEvent>()
  const abandoned = new AbortController()
  let sequence = firstSequence
  const emit = (body: EventBody): number => {
    queue.push({ ...body, runId, attempt, sequence, time: Date.now() } as TrainingEvent)
    return sequence++
  }
  const signal = options.signal === undefined ? abandoned.signal : AbortSignal.any([options.signal, abandoned.signal])
  // Nobody records the events of a loop that was left: its last checkpoint must not wait for them.
  const left = new Promise<void>((resolve) => abandoned.signal.addEventListener('abort', () => resolve()))
  const recorded = (upTo: number) => Promise.race([options.recorded?.(upTo), left])
  const session = runSession({ ...options, attempt, signal, recorded, lastSequence: () => sequence - 1 }, emit).then(
    () => queue.end(),
    (error: unknown) => queue.end(error),
  )
  try {
    yield* queue
  } finally {
    abandoned.abort()
    await session
  }
}
