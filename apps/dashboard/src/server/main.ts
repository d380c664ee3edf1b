// The dashboard's process: prints one JSON line {url, pid} when it answers, and ends within a second of a signal.
import { messageOf, UserError } from '@lockstep/shared'
import { startDashboard } from './dashboard-server.ts'
import { readOptions } from './options.ts'

const closeDeadlineMs = 900

process.env.NEXT_TELEMETRY_DISABLED = '1'
// Next tells on stdout how long it took to read its config; stdout is for the ready line alone. Its warnings and errors stay.
console.log = () => undefined

async function main(): Promise<void> {
  const dashboard = await startDashboard(readOptions(process.argv.slice(2), process.env))
  process.stdout.write(`${JSON.stringify({ url: dashboard.url, pid: process.pid })}\n`)
  let ending = false
  const end = (): void => {
    if (ending) return // A terminal sends Ctrl-C to the whole group, and `lockstep dashboard` passes its own on.
    ending = true
    setTimeout(() => process.exit(0), closeDeadlineMs).unref()
    dashboard.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

function fail(error: unknown): never {
  const text = error instanceof UserError ? error.message : error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
  process.stderr.write(`${text}\n`)
  process.exit(error instanceof UserError ? 2 : 1)
}

main().catch(fail)
