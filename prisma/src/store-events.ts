import { foldRun, metricsOfEvent, type RunSummary, type TrainingEvent } from '@lockstep/shared'
import { storeDetails } from './event-details.ts'
import { insertRows } from './insert-rows.ts'
import { LostRecordError } from './lost-record-error.ts'
import { storePoints } from './metric-rows.ts'
import { readSummary, summaryOfNewRun, writeSummary } from './run-row.ts'
import type { SqlValue, Statements } from './statements.ts'

const eventColumns = ['runId', 'sequence', 'attempt', 'type', 'time', 'body']

/** Stores a batch, inside the caller's transaction. Events at or before a run's last stored one change nothing. */
export function storeEvents(statements: Statements, events: readonly TrainingEvent[]): void {
  for (const runId of new Set(events.map((event) => event.runId))) {
    const ofRun = events.filter((event) => event.runId === runId)
    storeRunEvents(statements, runId, ofRun)
  }
}

function storeRunEvents(statements: Statements, runId: string, events: readonly TrainingEvent[]): void {
  const known = readSummary(statements, runId)
  if (known !== null) refuseReplaced(statements, known, events)
  const fresh = freshEvents(events, known?.lastSequence ?? 0)
  if (fresh.length === 0) return
  const before = known ?? summaryFromStart(fresh[0])
  // The row comes first: every other table refers to it.
  writeSummary(statements, fresh.reduce(foldRun, before))
  const rows = fresh.map((event): SqlValue[] => [runId, event.sequence, event.attempt, event.type, event.time, JSON.stringify(event)])
  insertRows(statements, 'INSERT', 'Event', eventColumns, rows)
  for (const event of fresh) storeDetails(statements, event)
  const points = fresh.flatMap((event) => {
    const { sequence, attempt } = event
    return metricsOfEvent(event).map((point) => ({ ...point, sequence, attempt }))
  })
  storePoints(statements, runId, points)
}

/**
 * A process that was taken for dead may send on after another took the run over: its events have numbers that the new
 * attempt uses too, and must not pass for stored. Those that were stored before the takeover may come again.
 */
function refuseReplaced(statements: Statements, { id, attempt, lastSequence }: RunSummary, events: readonly TrainingEvent[]): void {
  const last = events.reduce<TrainingEvent | null>((found, event) => (event.attempt < attempt ? event : found), null)
  if (last === null) return
  const stored = statements.rows('SELECT 1 FROM "Event" WHERE "runId" = ? AND "sequence" = ? AND "attempt" = ?', [
    ...[id, last.sequence, last.attempt],
  ])
  if (last.sequence > lastSequence || stored.length === 0) throw LostRecordError.replaced(id, last.attempt, attempt)
}

/** In sequence order, each number once, none that was stored before. */
function freshEvents(events: readonly TrainingEvent[], lastSequence: number): TrainingEvent[] {
  const bySequence = new Map<number, TrainingEvent>()
  for (const event of events) {
    if (event.sequence > lastSequence && !bySequence.has(event.sequence)) bySequence.set(event.sequence, event)
  }
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence)
}

function summaryFromStart(event: TrainingEvent): RunSummary {
  if (event.type !== 'run-started') {
    throw new Error(`database: the first event of run ${event.runId} must be run-started, got ${event.type} (sequence ${event.sequence})`)
  }
  const { runId: id, name, config, time: createdAt } = event
  return summaryOfNewRun({ id, name, config, createdAt, state: 'running' })
}
