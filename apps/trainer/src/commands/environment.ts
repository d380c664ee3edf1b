// The environment is read here and nowhere else. Flags win over it.
import { dirname, resolve } from 'node:path'
import { UserError } from '@lockstep/shared'

export interface PlaceOptions {
  dataDir?: string
  runsDir?: string
  database?: string
}

export interface Places {
  dataDir: string
  runsDir: string
  /** `file:` address of the SQLite database. */
  databaseUrl: string
}

/** Where data, runs and the database are. */
export function readPlaces(options: PlaceOptions, env: NodeJS.ProcessEnv = process.env): Places {
  const runsDir = resolve(options.runsDir ?? env.LOCKSTEP_RUNS_DIR ?? 'runs')
  return {
    dataDir: resolve(options.dataDir ?? env.LOCKSTEP_DATA_DIR ?? 'data'),
    runsDir,
    databaseUrl: options.database ?? env.DATABASE_URL ?? `file:${resolve(runsDir, 'lockstep.db')}`,
  }
}

/** Where a run's files are. Throws UserError if the id would lead out of the runs directory. */
export function runDirectory(runsDir: string, runId: string): string {
  const directory = resolve(runsDir, runId)
  if (directory !== resolve(runsDir) && dirname(directory) === resolve(runsDir)) return directory
  throw new UserError(`run: must have its directory right in ${runsDir}, got the id ${JSON.stringify(runId)}`)
}

/** The variables through which a child process finds the same places. */
export function environmentOf(places: Places): Record<string, string> {
  return { LOCKSTEP_DATA_DIR: places.dataDir, LOCKSTEP_RUNS_DIR: places.runsDir, DATABASE_URL: places.databaseUrl }
}

/** The secret that a dashboard and its trainers share; null where none is set. */
export function readDashboardToken(env: NodeJS.ProcessEnv = process.env): string | null {
  return env.LOCKSTEP_TOKEN || null
}
