import type { RunState, RunSummary } from '@lockstep/shared'
import type { RunModel } from './generated/models/Run.ts'
import { columnsOfNumber, numberOfColumns } from './non-finite.ts'
import type { SqlValue, Statements } from './statements.ts'

export interface NewRun {
  id: string
  name: string
  config: Record<string, unknown>
  /** Milliseconds since the Unix epoch. */
  createdAt: number
  state: 'queued' | 'running'
}

/** The summary of a run of which only the config is known. */
export function summaryOfNewRun({ id, name, config, createdAt, state }: NewRun): RunSummary {
  return {
    id,
    name,
    state,
    attempt: 0,
    config,
    model: String(config.model),
    dataset: String(config.dataset),
    workers: typeof config.workers === 'number' ? config.workers : 0,
    engine: String(config.engine),
    kernels: String(config.kernels),
    createdAt,
    startedAt: null,
    endedAt: null,
    heartbeatAt: null,
    step: 0,
    totalSteps: 0,
    stepsPerEpoch: 0,
    loss: null,
    examplesPerSecond: null,
    lastSequence: 0,
    error: null,
  }
}

/** The summary in a row of the table. */
export function summaryOfRow(row: RunModel): RunSummary {
  const examplesPerSecond = numberOfColumns(row.examplesPerSecond, row.examplesPerSecondText)
  return {
    id: row.id,
    name: row.name,
    state: row.state as RunState,
    attempt: row.attempt,
    config: JSON.parse(row.config) as Record<string, unknown>,
    model: row.model,
    dataset: row.dataset,
    workers: row.workers,
    engine: row.engine,
    kernels: row.kernels,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    heartbeatAt: row.heartbeatAt,
    step: row.step,
    totalSteps: row.totalSteps,
    stepsPerEpoch: row.stepsPerEpoch,
    loss: numberOfColumns(row.loss, row.lossText),
    examplesPerSecond: examplesPerSecond === null ? null : Number(examplesPerSecond),
    lastSequence: row.lastSequence,
    error: row.error,
  }
}

/** Reads one run's summary. */
export function readSummary(statements: Statements, runId: string): RunSummary | null {
  const [row] = statements.objects<RunModel>('SELECT * FROM "Run" WHERE "id" = ?', [runId])
  return row ? summaryOfRow(row) : null
}

/** Inserts the run or overwrites the columns that its summary holds; the others keep what they have. */
export function writeSummary(statements: Statements, run: RunSummary): void {
  const { id, ...columns } = columnsOfSummary(run)
  const names = Object.keys(columns)
  // The id is not among the updates, even to the same value: SQLite would look for rows to cascade to in every table.
  const updates = names.map((name) => `"${name}" = excluded."${name}"`).join(', ')
  const sql = `INSERT INTO "Run" ("id", ${names.map((name) => `"${name}"`).join(', ')}) VALUES (?${', ?'.repeat(names.length)})
    ON CONFLICT ("id") DO UPDATE SET ${updates}`
  statements.run(sql, [id, ...Object.values(columns)])
}

function columnsOfSummary(run: RunSummary): Record<string, SqlValue> {
  const { config, loss, examplesPerSecond, ...plain } = run
  const [lossValue, lossText] = columnsOfNumber(loss)
  const [speed, speedText] = columnsOfNumber(examplesPerSecond)
  return {
    ...plain,
    config: JSON.stringify(config),
    loss: lossValue,
    lossText,
    examplesPerSecond: speed,
    examplesPerSecondText: speedText,
  }
}
