import type { Database } from '@lockstep/prisma'
import { type RunSummary, UserError } from '@lockstep/shared'

/** The run with this id, id prefix or name. Throws UserError that names the remedy. */
export async function requireRun(database: Database, idOrName: string): Promise<RunSummary> {
  const run = await database.findRun(idOrName)
  if (run === null)
    throw new UserError(`run: must be the id or name of a recorded run, got "${idOrName}"; \`lockstep runs list\` shows them`)
  return run
}
