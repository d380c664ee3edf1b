// Runs one attempt with its sinks: what `train` and `resume` share.
import { type Database, LostRecordError, openDatabase } from '@lockstep/prisma'
import { messageOf, type TrainingEvent, UserError } from '@lockstep/shared'
import { checkEngine } from '../engine/index.ts'
import { createConsoleSink } from '../sinks/console.ts'
import { createDatabaseSink } from '../sinks/database.ts'
import { createJsonSink } from '../sinks/json.ts'
import type { Sink } from '../sinks/sink.ts'
import { createSocketSink, isWebAddress } from '../sinks/socket.ts'
import { RunTakenOver } from '../training/run-taken-over.ts'
import { type TrainOptions, train } from '../training/train.ts'
import { type Places, readDashboardToken } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import { stopOnSignals } from './signals.ts'

export interface TrainingRequest extends Omit<TrainOptions, 'signal' | 'runsDir'> {
  places: Places
  database: Database
  /** Address of the dashboard; null: look for one over the same runs directory. */
  dashboardUrl: string | null
  json: boolean
}

/** Trains, records and shows one attempt; returns the exit code. */
export async function runTraining(request: TrainingRequest): Promise<number> {
  const { places, database, runId } = request
  await checkDoors(request)
  const stop = new AbortController()
  const releaseSignals = stopOnSignals(() => {
    stop.abort()
    // So that `lockstep stop` does not signal a second time; where it cannot be written, the run stops all the same.
    database.requestStop(runId, Date.now()).catch((error: unknown) => process.stderr.write(`lockstep: ${messageOf(error)}\n`))
  })
  const socket = createSocketSink({ runId, runsDir: places.runsDir, url: request.dashboardUrl, token: readDashboardToken() })
  let storeFailed = false
  const recorder = createDatabaseSink({
    database,
    runId,
    attempt: request.attempt ?? 1,
    onStored: (events) => socket.acceptAll(events),
    onFailure: ({ cause }) => {
      storeFailed = true
      const takenOver = cause instanceof LostRecordError && cause.kind === 'replaced'
      // Else a checkpoint is saved, so that nothing trained is lost with the record.
      stop.abort(takenOver ? new RunTakenOver('another process trains this run') : undefined)
    },
  })
  const sinks: Sink[] = [request.json ? createJsonSink(process.stdout, () => stop.abort()) : createConsoleSink(process.stderr), recorder]
  let last: TrainingEvent | null = null
  try {
    for await (const event of train({ ...request, runsDir: places.runsDir, signal: stop.signal, recorded: recorder.recorded })) {
      for (const sink of sinks) sink.accept(event)
      last = event
    }
  } finally {
    await closeAll([...sinks, socket])
    releaseSignals() // Only now: a signal while the last events are being stored must not lose them.
  }
  return storeFailed ? exitCode.failed : exitCodeOf(last)
}

async function checkDoors({ dashboardUrl, config }: TrainingRequest): Promise<void> {
  if (dashboardUrl !== null && !isWebAddress(dashboardUrl)) {
    throw new UserError(`--dashboard: must be an address such as http://127.0.0.1:3000, got ${JSON.stringify(dashboardUrl)}`)
  }
  await checkEngine(config)
}

/** Closes in order, since what one sink stores another sends on; a failure is said once all are closed. */
async function closeAll(sinks: readonly Sink[]): Promise<void> {
  for (const sink of sinks) {
    await sink.close().catch((error: unknown) => process.stderr.write(`lockstep: ${messageOf(error)}\n`))
  }
}

function exitCodeOf(last: TrainingEvent | null): number {
  if (last?.type === 'run-finished') return exitCode.finished
  return last?.type === 'run-stopped' ? exitCode.stopped : exitCode.failed
}

/** Opens the database of the given places for the time of `work`. */
export async function withDatabase<T>(places: Places, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ url: places.databaseUrl })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}
