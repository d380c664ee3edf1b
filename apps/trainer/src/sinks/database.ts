// Events are written in batches, off the step path; whoever waits for an event to be safe gets it after its commit.
import { type Database, LostRecordError } from '@lockstep/prisma'
import { heartbeatIntervalMs, maxEventsPerMessage, messageOf, type TrainingEvent } from '@lockstep/shared'
import type { Sink } from './sink.ts'

/** Longest time an event waits for company, ms. */
const batchMs = 100
/** Waits before another try of a failed write, ms; then the sink gives up. */
const retryDelaysMs = [100, 400, 1600, 5000]

export interface DatabaseSinkOptions {
  database: Database
  runId: string
  attempt: number
  /** Called with each batch after it was committed. */
  onStored: (events: readonly TrainingEvent[]) => void
  /** Called once when writing has failed for good. */
  onFailure: (error: Error) => void
}

export interface DatabaseSink extends Sink {
  /** Resolves once the event with this sequence number is stored, or writing has failed for good. */
  recorded(sequence: number): Promise<void>
}

/** Stores a run's events and keeps its heartbeat. */
export function createDatabaseSink({ database, runId, attempt, onStored, onFailure }: DatabaseSinkOptions): DatabaseSink {
  let pending: TrainingEvent[] = []
  let writing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let failure: Error | null = null
  let storedSequence = 0
  let waiting: { sequence: number; resolve: () => void }[] = []
  const heartbeat = setInterval(() => {
    // A missed beat harms nobody, and the next one or the next write tells; a lost record never comes back.
    database.heartbeat(runId, Date.now(), attempt).catch((error: unknown) => error instanceof LostRecordError && fail(error))
  }, heartbeatIntervalMs)
  heartbeat.unref()

  async function write(): Promise<void> {
    while (pending.length > 0 && failure === null) {
      const batch = pending.slice(0, maxEventsPerMessage)
      pending = pending.slice(batch.length)
      try {
        await withRetries(() => database.storeEvents(batch))
        storedSequence = batch[batch.length - 1].sequence
        onStored(batch)
      } catch (cause) {
        fail(cause)
      }
      release()
    }
  }

  function fail(cause: unknown): void {
    if (failure !== null) return
    failure = new Error(`database: events of run ${runId} cannot be stored (${messageOf(cause)})`, { cause })
    onFailure(failure)
    release()
  }

  function release(): void {
    const ready = waiting.filter(({ sequence }) => failure !== null || sequence <= storedSequence)
    waiting = waiting.filter((one) => !ready.includes(one))
    for (const { resolve } of ready) resolve()
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write)
    return writing
  }

  return {
    accept(event) {
      pending.push(event)
      timer ??= setTimeout(() => void flush(), batchMs)
    },
    recorded(sequence) {
      return new Promise((resolve) => {
        waiting.push({ sequence, resolve })
        release()
      })
    },
    async close() {
      clearInterval(heartbeat)
      await flush()
      if (failure !== null) throw failure
    },
  }
}

async function withRetries(work: () => Promise<void>): Promise<void> {
  for (const delayMs of retryDelaysMs) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof LostRecordError) throw error
      await new Promise((resolve) => setTimeout(resolve, delayMs))
    }
  }
  return work()
}
