import type { Database } from '@lockstep/prisma'
import { isFinalState, type RunSummary, UserError } from '@lockstep/shared'
import type { Command } from 'commander'
import { type PlaceOptions, readPlaces } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import { requireRun } from './find-run.ts'
import { isOwnerAlive } from './owner.ts'
import { addPlaceOptions } from './place-options.ts'
import { withDatabase } from './run-training.ts'

const lookEveryMs = 200
const patienceMs = 30_000

export function addStopCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('stop')
    .argument('<run>', 'id or name')
    .summary('stop a running run after the step at hand')
    .description(
      'Asks the run to finish its step, save a checkpoint and stop, and waits until it has. `lockstep resume` goes on from there.',
    )
  addPlaceOptions(command)
  command.action(async (run: string, flags: PlaceOptions) => setExitCode(await stopCommand(run, flags)))
}

async function stopCommand(idOrName: string, flags: PlaceOptions): Promise<number> {
  return withDatabase(readPlaces(flags), async (database) => {
    const run = await requireRun(database, idOrName)
    if (isFinalState(run.state)) {
      process.stderr.write(`${run.name} is not running: it is ${run.state}\n`)
      return exitCode.finished
    }
    const attempt = await database.latestAttempt(run.id)
    if (attempt === null || !(await isOwnerAlive({ ...attempt, heartbeatAt: run.heartbeatAt }))) {
      await database.markEnded(run.id, 'crashed', Date.now(), 'its process is gone')
      process.stderr.write(`${run.name}: its process is gone; recorded as crashed; go on with: npx lockstep resume ${run.id}\n`)
      return exitCode.finished
    }
    process.kill(attempt.host.pid, 'SIGTERM')
    const ended = await waitForEnd(database, run)
    process.stderr.write(`${run.name} is ${ended.state} after ${ended.step} steps\n`)
    return exitCode.finished
  })
}

async function waitForEnd(database: Database, { id, name }: RunSummary): Promise<RunSummary> {
  for (let waited = 0; waited < patienceMs; waited += lookEveryMs) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    const run = await requireRun(database, id)
    if (isFinalState(run.state)) return run
  }
  throw new UserError(
    `stop: ${name} must end within ${patienceMs / 1000} s, got a run that goes on; a second \`lockstep stop\` ends it at once`,
  )
}
