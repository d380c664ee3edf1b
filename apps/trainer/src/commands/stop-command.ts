import { type Database, type EndedState, isOwnerAlive, type RunOwner } from '@lockstep/prisma'
import { isFinalState, type RunSummary, UserError } from '@lockstep/shared'
import type { Command } from 'commander'
import { type PlaceOptions, readPlaces } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import { requireRun } from './find-run.ts'
import { ownershipOf, silenceOf } from './owner.ts'
import { addPlaceOptions } from './place-options.ts'
import { withRecordsOf } from './recorded.ts'

const lookEveryMs = 200
const patienceMs = 30_000

interface StopFlags extends PlaceOptions {
  now?: boolean
}

export function addStopCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('stop')
    .argument('<run>', 'id or name')
    .summary('stop a running run after the step at hand')
    .description(
      'Asks the run to finish its step, save a checkpoint and stop, and waits until it has. `lockstep resume` goes on from there.',
    )
    .option('--now', 'end it at once, without saving: what it did after its last checkpoint is lost')
  addPlaceOptions(command)
  command.action(async (run: string, flags: StopFlags) => setExitCode(await stopCommand(run, flags)))
}

async function stopCommand(idOrName: string, flags: StopFlags): Promise<number> {
  return withRecordsOf(readPlaces(flags), idOrName, async (database) => {
    const run = await requireRun(database, idOrName)
    const { owner, alive, here } = await ownershipOf(database, run)
    if (isFinalState(run.state) && (owner === null || !alive)) {
      say(`${run.name} is not running: it is ${run.state}`)
      return exitCode.finished
    }
    if (!alive) {
      const cause =
        owner === null || here ? 'its process is gone' : `nothing was heard from ${owner.hostname} for ${seconds(silenceOf(run))}`
      await recordEnd(database, run, { state: run.state === 'queued' ? 'failed' : 'crashed', cause })
      return exitCode.finished
    }
    if (owner === null) {
      throw new UserError(
        `stop: ${run.name} must have a process to be stopped, got none yet: it is just being started; try again in some seconds`,
      )
    }
    if (!here) {
      const got = `process ${owner.pid} on ${owner.hostname}, heard of ${seconds(silenceOf(run))} ago`
      throw new UserError(`stop: ${run.name} must run on this machine to be stopped from here, got ${got}; run \`lockstep stop\` there`)
    }
    return stopProcess(database, run, { owner, now: flags.now === true })
  })
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`
}

/** One signal asks to save and stop, and a second would end the process without: whoever asks again only waits. */
async function stopProcess(database: Database, run: RunSummary, { owner, now }: { owner: RunOwner; now: boolean }): Promise<number> {
  const isFirst = await database.requestStop(run.id, Date.now())
  if (now) send(owner, 'SIGKILL', run)
  else if (isFirst) send(owner, 'SIGTERM', run)
  else say(`${run.name} was asked to stop before; waiting until it has (--now ends it at once, without saving)`)
  const ended = await waitForEnd(database, run, owner)
  if (ended !== null) {
    say(`${ended.name} is ${ended.state} after ${ended.step} steps`)
    return exitCode.finished
  }
  const left = await requireRun(database, run.id)
  if (!(await hasStarted(database, left))) {
    await recordEnd(database, left, { state: 'stopped', cause: 'stopped before its first step' })
    return exitCode.finished
  }
  await recordEnd(database, left, { state: 'crashed', cause: now ? 'ended at once by `lockstep stop --now`' : 'its process is gone' })
  return now ? exitCode.finished : exitCode.failed
}

function send({ pid }: RunOwner, signal: NodeJS.Signals, run: RunSummary): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH') return // It ended by itself meanwhile; the wait finds out how.
    throw new UserError(`stop: ${run.name} must be trained by a process of yours, got process ${pid}, which takes no signal (${code})`)
  }
}

/** The run once it has said how it ended; null if its process is gone without a word. */
async function waitForEnd(database: Database, { id, name }: RunSummary, owner: RunOwner): Promise<RunSummary | null> {
  let heartbeatAt: number | null = Date.now()
  for (let waited = 0; waited < patienceMs; waited += lookEveryMs) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    // In this order: a process that is gone may have told its end just before.
    const alive = await isOwnerAlive(owner, heartbeatAt)
    const run = await requireRun(database, id)
    if (isFinalState(run.state) && run.state !== 'crashed') return run
    if (!alive) return null
    heartbeatAt = run.heartbeatAt
  }
  throw new UserError(
    `stop: ${name} must end within ${seconds(patienceMs)}, got a run that goes on; \`lockstep stop --now ${id}\` ends it at once`,
  )
}

async function hasStarted(database: Database, { id, attempt }: RunSummary): Promise<boolean> {
  return (await database.latestAttempt(id))?.number === attempt
}

/** Records the end of a run that could not do so itself, and says what can be done. */
async function recordEnd(database: Database, run: RunSummary, { state, cause }: { state: EndedState; cause: string }): Promise<void> {
  await database.markEnded(run.id, state, Date.now(), cause)
  const canResume = (await database.listCheckpoints(run.id)).length > 0
  const next = canResume ? `; go on with: npx lockstep resume ${run.id}` : '; it had saved no checkpoint'
  say(`${run.name}: ${cause}; recorded as ${state} after ${run.step} steps${next}`)
}
