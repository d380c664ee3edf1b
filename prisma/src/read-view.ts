// The view is folded by the same function as in the browser, over the few events that are not steps and the last of
// those that are; the long part, the series, comes from the metric table.
import { foldEvent, type RunSummary, type RunView, stepRecordsKept, type TrainingEvent } from '@lockstep/shared'
import type { Connection } from './connection.ts'
import { readKeys, readSeries } from './read-series.ts'
import { readSummary } from './run-row.ts'
import type { SqlValue, Statements } from './statements.ts'

/** What a page needs to start from: equal to folding every event up to the run's `lastSequence` over an empty view. */
export async function readRunView(connection: Connection, runId: string): Promise<RunView | null> {
  const found = await connection.read((statements) => {
    const run = readSummary(statements, runId)
    return run && { run, events: readFoldedEvents(statements, run) }
  })
  if (!found) return null
  // What is stored from here on has later sequence numbers and is left out: the snapshot is of one moment.
  const range = { runId, lastSequence: found.run.lastSequence }
  const series = await readSeries(connection, range, await readKeys(connection, range))
  const empty = emptyView({ ...found.run, lastSequence: 0 })
  return { ...found.events.reduce(foldEvent, empty), run: found.run, series }
}

function emptyView(run: RunSummary): RunView {
  return {
    run,
    host: null,
    datasetFacts: null,
    parameters: null,
    resumedFromStep: null,
    series: {},
    epochs: [],
    checkpoints: [],
    confusionMatrices: [],
    images: [],
    warnings: [],
    lastSteps: [],
    result: null,
  }
}

/** All events but steps, and the last steps of each attempt (a resume may drop some of them from the view). */
function readFoldedEvents(statements: Statements, run: RunSummary): TrainingEvent[] {
  // Two ranges, which the index on type serves; `<>` would read the whole log.
  const notSteps = `("type" < 'step-completed' OR "type" > 'step-completed') AND "sequence" <= ? ORDER BY "sequence"`
  const others = readBodies(statements, notSteps, [run.id, run.lastSequence])
  const starts = others.flatMap((event) => (event.type === 'run-started' ? [event.sequence] : []))
  const steps = starts.flatMap((start, index) => {
    const end = starts[index + 1] ?? run.lastSequence + 1
    const where = `"type" = 'step-completed' AND "sequence" > ? AND "sequence" < ? ORDER BY "sequence" DESC LIMIT ${stepRecordsKept}`
    return readBodies(statements, where, [run.id, start, end])
  })
  return [...others, ...steps].sort((a, b) => a.sequence - b.sequence)
}

function readBodies(statements: Statements, where: string, parameters: readonly SqlValue[]): TrainingEvent[] {
  const rows = statements.rows(`SELECT "body" FROM "Event" WHERE "runId" = ? AND ${where}`, parameters)
  return rows.map(([body]) => JSON.parse(String(body)) as TrainingEvent)
}
