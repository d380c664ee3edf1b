// The only place where the dashboard reads its environment. Flags win.
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { messageOf, UserError } from '@lockstep/shared'

export interface DashboardOptions {
  host: string
  /** 0 lets the system choose one. */
  port: number
  databaseUrl: string
  runsDir: string
  dataDir: string
  /** The `lockstep` command's file: what runs are started, stopped and resumed with. */
  trainerBin: string
  /** What every request must carry; null asks for none. */
  token: string | null
}

const defaultPort = 3000
// dist/server/options.js and src/server/options.ts lie equally deep.
const trainerBin = join(import.meta.dirname, '../../../trainer/bin/lockstep.js')

/** Reads flags and environment; throws UserError for what is not understood. */
export function readOptions(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): DashboardOptions {
  const flags = parseFlags(argv)
  const runsDir = resolve(flags['runs-dir'] ?? env.LOCKSTEP_RUNS_DIR ?? 'runs')
  return {
    host: flags.host ?? env.HOST ?? '127.0.0.1',
    port: parsePort(flags.port ?? env.PORT),
    databaseUrl: flags.database ?? env.DATABASE_URL ?? `file:${join(runsDir, 'lockstep.db')}`,
    runsDir,
    dataDir: resolve(flags['data-dir'] ?? env.LOCKSTEP_DATA_DIR ?? 'data'),
    trainerBin: env.LOCKSTEP_BIN ?? trainerBin,
    token: env.LOCKSTEP_TOKEN || null,
  }
}

function parseFlags(argv: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...argv],
      options: { host: text, port: text, database: text, 'runs-dir': text, 'data-dir': text },
    }).values
  } catch (cause) {
    throw new UserError(`dashboard: ${messageOf(cause)}`, { cause })
  }
}

function parsePort(text: string | undefined): number {
  if (text === undefined || text === '') return defaultPort
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UserError(`dashboard: port must be a whole number from 0 to 65535, got ${JSON.stringify(text)}`)
  }
  return port
}
