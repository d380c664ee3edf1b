// Starts, stops and resumes runs, and tells the database when a trainer died before it could do so itself.
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, identifyProcess } from '@lockstep/prisma'
import { drawRunId, drawRunName, isFinalState, type RunConfig, type RunSummary, shownState } from '@lockstep/shared'
import { HttpError } from './http-json.ts'
import type { LiveHub } from './live-hub.ts'
import type { DashboardOptions } from './options.ts'
import { createRetries } from './retries.ts'
import { type CommandResult, requireTrainer, runTrainerCommand, spawnTrainer, type Trainer } from './trainer-process.ts'

const lookMs = 25

interface LauncherContext {
  options: DashboardOptions
  database: Database
  /** This dashboard's address, for the trainers. */
  url: string
  /** Told when the launcher changed a run in the database; knows before the database's readers that a run has ended. */
  hub: Pick<LiveHub, 'refresh' | 'find'>
}

export class Launcher {
  readonly #context: LauncherContext
  readonly #retries = createRetries()
  /** Trainers that this dashboard started and that have not ended. */
  readonly #trainers = new Map<string, ChildProcess>()
  /** Runs of which somebody waits to see whether they go on. */
  readonly #resuming = new Set<string>()

  constructor(context: LauncherContext) {
    this.#context = context
  }

  /** Records the run as queued, so that its page exists at once, and starts its trainer. */
  async start(config: RunConfig): Promise<RunSummary> {
    const { options, database, url, hub } = this.#context
    requireTrainer(options)
    const id = drawRunId()
    const named = { ...config, name: config.name ?? drawRunName(() => crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32) }
    const launchDir = join(options.runsDir, 'launch')
    mkdirSync(launchDir, { recursive: true })
    const configFile = join(launchDir, `${id}.json`)
    writeFileSync(configFile, `${JSON.stringify(named, null, 2)}\n`)
    await database.createRun({ id, name: named.name, config: named, createdAt: Date.now(), state: 'queued' })
    await hub.refresh()
    const { child } = this.#spawn(id, 0, ['train', '--config', configFile, '--run-id', id, '--dashboard', url])
    // Until the trainer claims the run itself: a later dashboard must not take it for abandoned.
    if (child.pid !== undefined) await database.setOwner(id, await identifyProcess(child.pid))
    return this.#find(id)
  }

  /** Asks the run's trainer to save and stop; HttpError 409 if it is not running. */
  async stop(id: string): Promise<void> {
    const run = await this.#find(id)
    if (isFinalState(run.state)) throw new HttpError(409, `run: must be running to be stopped, got ${run.state}`)
    const trainer = this.#trainers.get(run.id)
    if (run.state === 'queued' && trainer) return this.#stopBeforeStart(run.id, trainer)
    requireTrainer(this.#context.options)
    const command = runTrainerCommand(this.#context.options, ['stop', run.id])
    const { code, lastLine } = await Promise.race([command, this.#seenEnd(run.id, command)])
    if (code !== 0) throw new HttpError(409, lastLine || `run: could not be stopped, the command's exit code is ${code}`)
  }

  /**
   * Continues a run from its last checkpoint as a new attempt, up to `epochs` in all if they are given. Resolves once the attempt has
   * started; HttpError 409 with the command's own reason if it does not start, or if the run is at work or being resumed.
   */
  async resume(id: string, epochs: number | null): Promise<void> {
    const run = await this.#find(id)
    const state = shownState(run.state, run.heartbeatAt, Date.now())
    if (state === 'running' || state === 'queued') throw new HttpError(409, `run: must not be running to be resumed, got ${state}`)
    if (this.#resuming.has(run.id) || this.#trainers.has(run.id)) throw new HttpError(409, `run: ${run.name} is being resumed already`)
    requireTrainer(this.#context.options)
    this.#resuming.add(run.id)
    try {
      const more = epochs === null ? [] : ['--epochs', String(epochs)]
      await this.#seenStart(run, this.#spawn(run.id, run.attempt, ['resume', run.id, ...more, '--dashboard', this.#context.url]))
    } finally {
      this.#resuming.delete(run.id)
    }
  }

  /** True if a trainer that this dashboard started is at work on the run. */
  owns(runId: string): boolean {
    return this.#trainers.has(runId)
  }

  /** Leaves the trainers to themselves. */
  close(): void {
    this.#retries.close()
  }

  /** Resolves once an attempt after `run.attempt` has started; HttpError 409 if the command ends without one. */
  async #seenStart(run: RunSummary, { ended, lastLine }: Trainer): Promise<void> {
    let cause: string | null = null
    void ended.then((end) => {
      cause = end
    })
    const { hub, database } = this.#context
    while (cause === null) {
      if (hasStartedAfter(run, hub.find(run.id))) return
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
    if (hasStartedAfter(run, await database.findRun(run.id))) return hub.refresh()
    throw new HttpError(409, lastLine() || `run: could not be resumed, the trainer ended with ${cause}`)
  }

  /** Resolves once the run's last event has come, which is before the command has looked again; waits no longer than the command. */
  async #seenEnd(id: string, command: Promise<CommandResult>): Promise<CommandResult> {
    let over = false
    const end = (): void => {
      over = true
    }
    command.then(end, end)
    while (!over && !isFinalState(this.#context.hub.find(id)?.state ?? 'running'))
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    return over ? command : { code: 0, lastLine: '' }
  }

  /** There is nothing to save yet, and no process number in the database to send a signal to. */
  async #stopBeforeStart(id: string, trainer: ChildProcess): Promise<void> {
    await this.#context.database.markEnded(id, 'stopped', Date.now())
    trainer.kill('SIGTERM')
    await this.#context.hub.refresh()
  }

  async #find(id: string): Promise<RunSummary> {
    const run = await this.#context.database.findRun(id)
    if (run === null) throw new HttpError(404, `run: no run has the id ${id}`)
    return run
  }

  /** Starts a trainer that is to make the attempt after `attempt`; its death is recorded if it leaves the run in the air. */
  #spawn(id: string, attempt: number, words: readonly string[]): Trainer {
    const trainer = spawnTrainer(this.#context.options, id, words)
    this.#trainers.set(id, trainer.child)
    void trainer.ended.then((cause) => {
      this.#trainers.delete(id)
      if (cause === null) return
      this.#retries.start(`the end of run ${id} could not be recorded`, () => this.#recordDeath(id, attempt, trainer.lastLine() || cause))
    })
    return trainer
  }

  /** A trainer that was refused before its attempt began says nothing about the run, which may be at work elsewhere. */
  async #recordDeath(id: string, attempt: number, reason: string): Promise<void> {
    const { database, hub } = this.#context
    const run = await database.findRun(id)
    if (run === null || isFinalState(run.state)) return
    if (run.state !== 'queued' && run.attempt <= attempt) return
    await database.markEnded(id, run.state === 'queued' ? 'failed' : 'crashed', Date.now(), reason)
    await hub.refresh()
  }
}

/** True if `now` has an event of a newer attempt: the attempt's number alone changes when a trainer lays claim to the run. */
function hasStartedAfter(before: RunSummary, now: RunSummary | null | undefined): boolean {
  return now !== null && now !== undefined && now.attempt > before.attempt && now.lastSequence > before.lastSequence
}
