// What each type of event adds to the tables besides the run's row, its metrics and its place in the log.
import type { EventOf, TrainingEvent, TrainingEventType } from '@lockstep/shared'
import { insertRows } from './insert-rows.ts'
import { columnsOfNumber } from './non-finite.ts'
import { forgetOwner } from './run-claims.ts'
import type { SqlValue, Statements } from './statements.ts'

/** Writes one event's rows. */
export function storeDetails(statements: Statements, event: TrainingEvent): void {
  const store = writers[event.type] as ((statements: Statements, event: TrainingEvent) => void) | undefined
  store?.(statements, event)
}

type Writers = { [T in TrainingEventType]?: (statements: Statements, event: EventOf<T>) => void }

const writers: Writers = {
  'run-started': storeStart,
  'epoch-completed': storeEpoch,
  'checkpoint-written': storeCheckpoint,
  'confusion-matrix': storeConfusionMatrix,
  'image-recorded': storeImage,
  'run-finished': storeResult,
  'run-failed': (statements, event) => endAttempt(statements, event, 'failed'),
  'run-stopped': (statements, event) => endAttempt(statements, event, 'stopped'),
}

function storeStart(statements: Statements, event: EventOf<'run-started'>): void {
  const { runId, attempt, host, dataset, parameters, time } = event
  // An attempt that another one follows and that never said how it ended has crashed.
  statements.run(`UPDATE "Attempt" SET "state" = 'crashed', "endedAt" = ? WHERE "runId" = ? AND "number" < ? AND "state" = 'running'`, [
    time,
    runId,
    attempt,
  ])
  const columns: Record<string, SqlValue> = {
    runId,
    number: attempt,
    pid: host.pid,
    hostname: host.hostname,
    platform: host.platform,
    cpu: host.cpu,
    cores: host.cores,
    memoryBytes: host.memoryBytes,
    node: host.node,
    gitCommit: host.gitCommit,
    argv: JSON.stringify(host.argv),
    engine: event.engine,
    kernels: event.kernels,
    workers: event.workers,
    startedAt: time,
    endedAt: null,
    resumedFromStep: event.resumedFromStep,
    state: 'running',
  }
  insertRows(statements, 'INSERT OR REPLACE', 'Attempt', Object.keys(columns), [Object.values(columns)])
  statements.run(
    `UPDATE "Run" SET "parameters" = ?, "datasetFacts" = ?, "parametersSha256" = NULL, "optimizerSha256" = NULL WHERE "id" = ?`,
    [parameters, JSON.stringify(dataset), runId],
  )
  // A claim named the owner already, and more exactly; a run recorded without one has none but this.
  statements.run(
    `UPDATE "Run" SET "ownerPid" = ?, "ownerHostname" = ?, "ownerStart" = NULL
     WHERE "id" = ? AND NOT ("ownerPid" IS ? AND "ownerHostname" IS ?)`,
    [host.pid, host.hostname, runId, host.pid, host.hostname],
  )
}

function storeEpoch(statements: Statements, event: EventOf<'epoch-completed'>): void {
  const [loss, lossText] = columnsOfNumber(event.loss)
  const [validationLoss, validationLossText] = columnsOfNumber(event.validationLoss)
  const { runId, attempt, epoch, step, examplesPerSecond, durationMs, parametersSha256, time } = event
  const columns = {
    ...{ runId, attempt, epoch, step, loss, lossText, validationLoss, validationLossText },
    ...{ examplesPerSecond, durationMs, parametersSha256, time },
  }
  insertRows(statements, 'INSERT OR REPLACE', 'Epoch', Object.keys(columns), [Object.values(columns)])
}

function storeCheckpoint(statements: Statements, event: EventOf<'checkpoint-written'>): void {
  const { runId, path, attempt, sequence, step, epoch, sha256, sizeBytes, reason, best, removed, time } = event
  for (const removedPath of removed) {
    statements.run('UPDATE "Checkpoint" SET "removedAt" = ? WHERE "runId" = ? AND "path" = ?', [time, runId, removedPath])
  }
  if (best) statements.run('UPDATE "Checkpoint" SET "best" = FALSE WHERE "runId" = ?', [runId])
  const [loss, lossText] = columnsOfNumber(event.loss)
  const columns = {
    ...{ runId, path, attempt, sequence, step, epoch, sha256, sizeBytes, reason, loss, lossText },
    ...{ best: best ? 1 : 0, createdAt: time, removedAt: null },
  }
  insertRows(statements, 'INSERT OR REPLACE', 'Checkpoint', Object.keys(columns), [Object.values(columns)])
}

function storeConfusionMatrix(statements: Statements, event: EventOf<'confusion-matrix'>): void {
  const { runId, sequence, attempt, split, step, epoch, time } = event
  const labels = JSON.stringify(event.labels)
  const counts = JSON.stringify(event.counts)
  const columns = { runId, sequence, attempt, split, step, epoch, labels, counts, time }
  insertRows(statements, 'INSERT OR REPLACE', 'ConfusionMatrix', Object.keys(columns), [Object.values(columns)])
}

function storeImage(statements: Statements, event: EventOf<'image-recorded'>): void {
  const { runId, sequence, attempt, key, step, epoch, width, height, time } = event
  const columns = { runId, sequence, attempt, key, step, epoch, width, height, pixels: Buffer.from(event.pixels, 'base64'), time }
  insertRows(statements, 'INSERT OR REPLACE', 'Image', Object.keys(columns), [Object.values(columns)])
}

function storeResult(statements: Statements, event: EventOf<'run-finished'>): void {
  const { runId, parametersSha256, optimizerSha256 } = event
  statements.run('UPDATE "Run" SET "parametersSha256" = ?, "optimizerSha256" = ? WHERE "id" = ?', [
    parametersSha256,
    optimizerSha256,
    runId,
  ])
  endAttempt(statements, event, 'finished')
}

function endAttempt(statements: Statements, { runId, attempt, time }: TrainingEvent, state: string): void {
  forgetOwner(statements, runId)
  statements.run('UPDATE "Attempt" SET "state" = ?, "endedAt" = ? WHERE "runId" = ? AND "number" = ?', [state, time, runId, attempt])
}
