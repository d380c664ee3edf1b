// Starts the dashboard as a process of its own: apps never import each other.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { UserError } from '@lockstep/shared'
import type { Command } from 'commander'
import { environmentOf, type PlaceOptions, readPlaces } from './environment.ts'
import { addPlaceOptions } from './place-options.ts'

interface DashboardFlags extends PlaceOptions {
  host?: string
  port?: string
  json?: boolean
}

export function addDashboardCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('dashboard')
    .summary('serve the live dashboard')
    .description('Serves the dashboard over the runs of the runs directory. Trainers that use the same directory find it by themselves.')
    .option('--host <address>', 'address to listen on (default: $HOST or 127.0.0.1)')
    .option('--port <n>', 'port to listen on, 0 for any free one (default: $PORT or 3000)')
    .option('--json', 'one JSON line {url, pid} on stdout when it is ready')
  addPlaceOptions(command)
  command.action(async (flags: DashboardFlags) => setExitCode(await dashboardCommand(flags)))
}

async function dashboardCommand({ host, port, json, ...flags }: DashboardFlags): Promise<number> {
  const env = {
    ...process.env,
    ...environmentOf(readPlaces(flags)),
    ...(host === undefined ? {} : { HOST: host }),
    ...(port === undefined ? {} : { PORT: port }),
    NEXT_TELEMETRY_DISABLED: '1',
  }
  const server = spawn(process.execPath, [findServer()], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const forward = (signal: NodeJS.Signals) => server.kill(signal)
  process.on('SIGINT', forward)
  process.on('SIGTERM', forward)
  server.stdout.on('data', (chunk: Buffer) => {
    if (json === true) process.stdout.write(chunk)
    else process.stderr.write(readableReadyLine(chunk.toString()))
  })
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)))
  })
}

function readableReadyLine(text: string): string {
  try {
    const { url } = JSON.parse(text) as { url: string }
    return `dashboard: ${url}  (Ctrl-C to end; runs go on without it)\n`
  } catch {
    return text
  }
}

function findServer(): string {
  try {
    return createRequire(import.meta.url).resolve('@lockstep/dashboard/server')
  } catch (cause) {
    throw new UserError('dashboard: must be installed and built, got no @lockstep/dashboard; run `npm run build` first', { cause })
  }
}
