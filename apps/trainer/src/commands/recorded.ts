import { existsSync } from 'node:fs'
import { type Database, pathOfUrl } from '@lockstep/prisma'
import { UserError } from '@lockstep/shared'
import type { Places } from './environment.ts'
import { withDatabase } from './run-training.ts'

/** For commands that only look at what was recorded: null, and nothing made, where nothing was. */
export async function withRecords<T>(places: Places, work: (database: Database) => Promise<T>): Promise<T | null> {
  return existsSync(pathOfUrl(places.databaseUrl)) ? withDatabase(places, work) : null
}

/** The same for a command about one run. Throws UserError where nothing was recorded. */
export async function withRecordsOf<T>(places: Places, idOrName: string, work: (database: Database) => Promise<T>): Promise<T> {
  const path = pathOfUrl(places.databaseUrl)
  if (existsSync(path)) return withDatabase(places, work)
  throw new UserError(`run: must be the id or name of a recorded run, got "${idOrName}" and no database at ${path}; is --runs-dir right?`)
}
