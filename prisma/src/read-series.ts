import type { Series, WireNumber } from '@lockstep/shared'
import type { Connection } from './connection.ts'
import { numberOfColumns } from './non-finite.ts'
import type { SqlValue } from './statements.ts'

/** Rows read in one turn of the event loop: about 10 ms. */
const rowsPerTurn = 10_000

/** A resume: of the points before `sequence`, those from `step` on were computed again. */
interface Resume {
  sequence: number
  step: number
}

export interface SeriesRange {
  runId: string
  /** Points of later events are left out. */
  lastSequence: number
}

/** The newest attempt's points of each key, in the order they were recorded; a key without points has an empty series. */
export async function readSeries(connection: Connection, range: SeriesRange, keys: readonly string[]): Promise<Record<string, Series>> {
  const resumes = await readResumes(connection, range)
  const series: Record<string, Series> = {}
  for (const key of keys) series[key] = await readOneSeries(connection, range, key, resumes)
  return series
}

/** Every key that the run has recorded. */
export async function readKeys(connection: Connection, { runId, lastSequence }: SeriesRange): Promise<string[]> {
  const exists = 'EXISTS (SELECT 1 FROM "Metric" m WHERE m."runId" = s."runId" AND m."key" = s."key" AND m."sequence" <= ?)'
  const sql = `SELECT s."key" FROM "MetricSummary" s WHERE s."runId" = ? AND ${exists} ORDER BY s."key"`
  const rows = await connection.read((statements) => statements.rows(sql, [runId, lastSequence]))
  return rows.map(([key]) => String(key))
}

async function readResumes(connection: Connection, { runId, lastSequence }: SeriesRange): Promise<Resume[]> {
  const sql = `SELECT "sequence", "body" ->> '$.resumedFromStep' AS "step" FROM "Event"
    WHERE "runId" = ? AND "type" = 'run-started' AND "sequence" <= ? ORDER BY "sequence"`
  const rows = await connection.read((statements) => statements.objects<Resume | { step: null }>(sql, [runId, lastSequence]))
  return rows.filter((row): row is Resume => row.step !== null)
}

async function readOneSeries(connection: Connection, range: SeriesRange, key: string, resumes: readonly Resume[]): Promise<Series> {
  const superseded = resumes.map(() => ' AND NOT ("sequence" < ? AND "step" >= ?)').join('')
  const sql = `SELECT "sequence", "step", "epoch", "time", "value", "valueText" FROM "Metric"
    WHERE "runId" = ? AND "key" = ? AND "sequence" > ? AND "sequence" <= ?${superseded} ORDER BY "sequence" LIMIT ?`
  const limits: SqlValue[] = resumes.flatMap(({ sequence, step }) => [sequence, step])
  const series: Series = { steps: [], epochs: [], times: [], values: [] }
  for (let after = 0; ; ) {
    const parameters = [range.runId, key, after, range.lastSequence, ...limits, rowsPerTurn]
    const rows = (await connection.read((statements) => statements.rows(sql, parameters))) as PointRow[]
    for (const row of rows) appendRow(series, row)
    if (rows.length < rowsPerTurn) return series
    after = rows[rows.length - 1][0]
    // Lets the thread's other work in between two chunks: awaiting a promise alone would not.
    await new Promise(setImmediate)
  }
}

type PointRow = [sequence: number, step: number, epoch: number, time: number, value: number | null, valueText: string | null]

function appendRow(series: Series, [, step, epoch, time, value, valueText]: PointRow): void {
  series.steps.push(step)
  series.epochs.push(epoch)
  series.times.push(time)
  series.values.push(numberOfColumns(value, valueText) as WireNumber)
}
