import { type MetricPoint, metricDirection } from '@lockstep/shared'
import type { MetricSummaryModel } from './generated/models/MetricSummary.ts'
import { insertRows } from './insert-rows.ts'
import { columnsOfNumber } from './non-finite.ts'
import type { SqlValue, Statements } from './statements.ts'

/** A point with what identifies it in the database. */
export type StoredPoint = MetricPoint & { sequence: number; attempt: number }

const metricColumns = ['runId', 'key', 'sequence', 'attempt', 'step', 'epoch', 'value', 'valueText', 'time']
const summaryColumns = ['runId', 'key', 'last', 'lastText', 'lastStep', 'min', 'max', 'best', 'count', 'nonFinite']

/** Stores points that are not yet stored, in the order of their sequence numbers, and brings the summaries up to date. */
export function storePoints(statements: Statements, runId: string, points: readonly StoredPoint[]): void {
  if (points.length === 0) return
  const rows = points.map(({ key, sequence, attempt, step, epoch, value, time }): SqlValue[] => {
    return [runId, key, sequence, attempt, step, epoch, ...columnsOfNumber(value), time]
  })
  insertRows(statements, 'INSERT', 'Metric', metricColumns, rows)
  const summaries = new Map(readSummaries(statements, runId).map((summary) => [summary.key, summary]))
  const changed = new Set<string>()
  for (const point of points) {
    summaries.set(point.key, addPoint(summaries.get(point.key), runId, point))
    changed.add(point.key)
  }
  const changedRows = [...summaries.values()].filter(({ key }) => changed.has(key)).map(columnsOfSummary)
  insertRows(statements, 'INSERT OR REPLACE', 'MetricSummary', summaryColumns, changedRows)
}

function readSummaries(statements: Statements, runId: string): MetricSummaryModel[] {
  return statements.objects<MetricSummaryModel>('SELECT * FROM "MetricSummary" WHERE "runId" = ?', [runId])
}

function addPoint(before: MetricSummaryModel | undefined, runId: string, { key, step, value }: StoredPoint): MetricSummaryModel {
  const [last, lastText] = columnsOfNumber(value)
  const min = smaller(before?.min ?? null, last)
  const max = larger(before?.max ?? null, last)
  const direction = metricDirection(key)
  return {
    runId,
    key,
    last,
    lastText,
    lastStep: step,
    min,
    max,
    best: direction === 'lower' ? min : direction === 'higher' ? max : null,
    count: (before?.count ?? 0) + 1,
    nonFinite: (before?.nonFinite ?? 0) + (lastText === null ? 0 : 1),
  }
}

function smaller(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

function columnsOfSummary(summary: MetricSummaryModel): SqlValue[] {
  const { runId, key, last, lastText, lastStep, min, max, best, count, nonFinite } = summary
  return [runId, key, last, lastText, lastStep, min, max, best, count, nonFinite]
}
