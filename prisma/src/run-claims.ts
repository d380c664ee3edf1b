// Who may record a run. An attempt's owner never changes, and taking a run over makes a new attempt, so the pair of state
// and attempt says whether a run is still as somebody saw it.
import type { RunState } from '@lockstep/shared'
import type { RunOwner } from './owner.ts'
import type { Statements } from './statements.ts'

export interface Claim {
  /** State and number of the newest attempt as the caller saw them. */
  expectedState: RunState
  expectedAttempt: number
  owner: RunOwner
  /** Milliseconds since the Unix epoch. */
  at: number
}

export interface Release {
  /** As claimRun returned it. */
  attempt: number
  /** What the run becomes. */
  state: Exclude<RunState, 'running'>
  endedAt: number | null
  error: string | null
}

export function claimRun(statements: Statements, runId: string, { expectedState, expectedAttempt, owner, at }: Claim): number | null {
  const changed = statements.run(
    `UPDATE "Run" SET "attempt" = "attempt" + 1, "state" = 'running', "endedAt" = NULL, "error" = NULL, "heartbeatAt" = ?,
       "ownerPid" = ?, "ownerHostname" = ?, "ownerStart" = ?, "stopRequestedAt" = NULL
     WHERE "id" = ? AND "state" = ? AND "attempt" = ?`,
    [at, owner.pid, owner.hostname, owner.start, runId, expectedState, expectedAttempt],
  )
  return changed > 0 ? expectedAttempt + 1 : null
}

export function releaseRun(statements: Statements, runId: string, { attempt, state, endedAt, error }: Release): boolean {
  const changed = statements.run(
    `UPDATE "Run" SET "attempt" = "attempt" - 1, "state" = ?, "endedAt" = ?, "error" = ?
     WHERE "id" = ? AND "attempt" = ? AND NOT EXISTS (SELECT 1 FROM "Attempt" WHERE "runId" = ? AND "number" = ?)`,
    [state, endedAt, error, runId, attempt, runId, attempt],
  )
  if (changed === 0) return false
  forgetOwner(statements, runId)
  // The attempt before, which never said how it ended.
  if (state === 'crashed') {
    statements.run(`UPDATE "Attempt" SET "state" = 'crashed', "endedAt" = ? WHERE "runId" = ? AND "state" = 'running'`, [endedAt, runId])
  }
  return true
}

export function setOwner(statements: Statements, runId: string, { pid, hostname, start }: RunOwner): boolean {
  // A trainer that was quick has claimed the run by now, and knows itself better.
  const sql = `UPDATE "Run" SET "ownerPid" = ?, "ownerHostname" = ?, "ownerStart" = ? WHERE "id" = ? AND "state" = 'queued'`
  return statements.run(sql, [pid, hostname, start, runId]) > 0
}

export function forgetOwner(statements: Statements, runId: string): void {
  statements.run(
    `UPDATE "Run" SET "ownerPid" = NULL, "ownerHostname" = NULL, "ownerStart" = NULL, "stopRequestedAt" = NULL WHERE "id" = ?`,
    [runId],
  )
}

export function readOwner(statements: Statements, runId: string): RunOwner | null {
  // A database of an older version names the machine in the attempt alone.
  const [owner] = statements.objects<RunOwner>(
    `SELECT "ownerPid" AS "pid", "ownerStart" AS "start", coalesce("ownerHostname",
       (SELECT "hostname" FROM "Attempt" WHERE "runId" = "Run"."id" ORDER BY "number" DESC LIMIT 1)) AS "hostname"
     FROM "Run" WHERE "id" = ? AND "ownerPid" IS NOT NULL`,
    [runId],
  )
  return owner ? { pid: owner.pid, hostname: owner.hostname, start: owner.start } : null
}

export function requestStop(statements: Statements, runId: string, at: number): boolean {
  const sql = `UPDATE "Run" SET "stopRequestedAt" = ? WHERE "id" = ? AND "stopRequestedAt" IS NULL`
  return statements.run(sql, [at, runId]) > 0
}
