// The short changes, each one transaction.
import type { EndedState } from './database-types.ts'
import { LostRecordError } from './lost-record-error.ts'
import { forgetOwner } from './run-claims.ts'
import { type NewRun, readSummary, summaryOfNewRun, writeSummary } from './run-row.ts'
import type { Statements } from './statements.ts'

export function createRun(statements: Statements, run: NewRun): void {
  const known = readSummary(statements, run.id)
  if (known && known.state !== 'queued') throw new Error(`database: a new run's id must be unused, got ${run.id}, which is ${known.state}`)
  writeSummary(statements, summaryOfNewRun(run))
}

export function heartbeat(statements: Statements, runId: string, at: number, attempt: number | null): void {
  const newest = attempt === null ? null : readSummary(statements, runId)?.attempt
  if (typeof newest === 'number' && newest !== attempt) throw LostRecordError.replaced(runId, Number(attempt), newest)
  statements.run('UPDATE "Run" SET "heartbeatAt" = ? WHERE "id" = ?', [at, runId])
  const revived = statements.run(
    `UPDATE "Run" SET "state" = 'running', "endedAt" = NULL, "error" = NULL WHERE "id" = ? AND "state" = 'crashed'`,
    [runId],
  )
  if (revived > 0) {
    statements.run(
      `UPDATE "Attempt" SET "state" = 'running', "endedAt" = NULL
       WHERE "runId" = ? AND "number" = (SELECT "attempt" FROM "Run" WHERE "id" = ?)`,
      [runId, runId],
    )
  }
}

export function markEnded(statements: Statements, runId: string, state: EndedState, at: number, error: string | null): boolean {
  const changed = statements.run(
    `UPDATE "Run" SET "state" = ?, "endedAt" = ?, "error" = ? WHERE "id" = ? AND "state" IN ('queued', 'running')`,
    [state, at, error, runId],
  )
  // That a run has crashed is a guess from outside: should its process live after all, its record must still name it.
  if (changed > 0 && state !== 'crashed') forgetOwner(statements, runId)
  statements.run(`UPDATE "Attempt" SET "state" = ?, "endedAt" = ? WHERE "runId" = ? AND "state" = 'running' AND ?`, [
    state,
    at,
    runId,
    changed,
  ])
  return changed > 0
}
