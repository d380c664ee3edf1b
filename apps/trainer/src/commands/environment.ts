// The environment is read here and nowhere else. Flags win over it.
import { resolve } from 'node:path'

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

/** The variables through which a child process finds the same places. */
export function environmentOf(places: Places): Record<string, string> {
  return { LOCKSTEP_DATA_DIR: places.dataDir, LOCKSTEP_RUNS_DIR: places.runsDir, DATABASE_URL: places.databaseUrl }
}
