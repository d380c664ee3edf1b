import type {
  Benchmark,
  CheckpointReason,
  CheckpointRow,
  HostFacts,
  RunState,
  RunSummary,
  RunView,
  Series,
  TrainingEvent,
  WireNumber,
} from '@lockstep/shared'
import type { PrismaClient } from './generated/client.ts'
import type { RunOwner } from './owner.ts'
import type { Claim, Release } from './run-claims.ts'
import type { NewRun } from './run-row.ts'

/** A checkpoint file that retention has not removed. */
export interface StoredCheckpoint extends CheckpointRow {
  attempt: number
  reason: CheckpointReason
  /** The loss by which checkpoints are ranked. */
  loss: WireNumber | null
  createdAt: number
}

/** One process's work on a run. */
export interface AttemptRow {
  runId: string
  number: number
  host: HostFacts
  engine: string
  kernels: string
  workers: number
  startedAt: number
  endedAt: number | null
  resumedFromStep: number | null
  state: Exclude<RunState, 'queued'>
}

/** The state of a run that ended without saying so itself. */
export type EndedState = 'crashed' | 'stopped' | 'failed'

/** Everything the apps do with the database; times are milliseconds since the Unix epoch. */
export interface Database {
  readonly url: string
  /** The Prisma client on the same connection, for queries that have no method here. */
  readonly prisma: PrismaClient
  /** Records a run before its first event. A run that is still queued is overwritten; any other with this id is an error. */
  createRun(run: NewRun): Promise<void>
  /**
   * Makes the caller the one process that may record the run, under the number of its new attempt; null if the run is no
   * longer as the claim says. A run claimed while `running` is one whose owner the caller knows to be dead.
   */
  claimRun(runId: string, claim: Claim): Promise<number | null>
  /** Undoes a claim whose attempt has recorded nothing. True if it was undone. */
  releaseRun(runId: string, release: Release): Promise<boolean>
  /** Says which process is starting a queued run; true if it is still queued. */
  setOwner(runId: string, owner: RunOwner): Promise<boolean>
  /** The process that trains the run or is starting it; null if it has ended or none was named. */
  readOwner(runId: string): Promise<RunOwner | null>
  /** Records that the newest attempt shall stop. True for the first to ask. */
  requestStop(runId: string, at: number): Promise<boolean>
  /**
   * Stores a batch whole or not at all; events stored before change nothing. Creates the run at its `run-started`.
   * Throws LostRecordError for events of an attempt that a newer one has replaced, and if the file is gone.
   */
  storeEvents(events: readonly TrainingEvent[]): Promise<void>
  /**
   * Says that the run's process lives; a run that was thought to have crashed is running again. Throws LostRecordError if
   * the attempt is given and is not the newest, and if the file is gone.
   */
  heartbeat(runId: string, at: number, attempt?: number): Promise<void>
  /** Newest first; reads one row a run. */
  listRuns(): Promise<RunSummary[]>
  /** By id, else by name (the newest of that name), else by the first four or more characters of its id. Throws UserError where several ids begin so. */
  findRun(idOrName: string): Promise<RunSummary | null>
  /** Equal to folding the run's events up to its `lastSequence`. */
  readRunView(runId: string): Promise<RunView | null>
  readEvents(runId: string, afterSequence: number, limit: number): Promise<TrainingEvent[]>
  /** The newest attempt's points; a key without points has an empty series. */
  readSeries(runId: string, keys: readonly string[]): Promise<Record<string, Series>>
  /** Those not removed, oldest first. */
  listCheckpoints(runId: string): Promise<StoredCheckpoint[]>
  latestAttempt(runId: string): Promise<AttemptRow | null>
  /** Ends a run that is queued or running; one that has ended stays as it is. True if it was changed. */
  markEnded(runId: string, state: EndedState, at: number, error?: string): Promise<boolean>
  /** True if there was such a run. */
  renameRun(runId: string, name: string): Promise<boolean>
  /** Deletes the run and all its rows, not its files. True if there was such a run. */
  deleteRun(runId: string): Promise<boolean>
  /** Keeps a benchmark; one with the same id is replaced. */
  storeBenchmark(benchmark: Benchmark): Promise<void>
  /** Newest first, at most `limit`. */
  listBenchmarks(limit?: number): Promise<Benchmark[]>
  close(): Promise<void>
}
