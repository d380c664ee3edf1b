// Starts, stops and resumes runs, and tells the database when a trainer died before it could do so itself.
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Database } from '@lockstep/prisma'
import { drawRunName, isFinalState, type RunConfig, type RunSummary, shownState } from '@lockstep/shared'
import { HttpError } from './http-json.ts'
import type { LiveHub } from './live-hub.ts'
import type { DashboardOptions } from './options.ts'
import { drawRunId } from './run-id.ts'
import { type CommandResult, lastLogLine, requireTrainer, runTrainerCommand, spawnTrainer } from './trainer-process.ts'

const endLookMs = 25

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
  /** Trainers that this dashboard started and that have not ended. */
  readonly #trainers = new Map<string, ChildProcess>()

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
    this.#spawn(id, ['train', '--config', configFile, '--run-id', id, '--dashboard', url])
    return this.#find(id)
  }

  /** Asks the run's trainer to save and stop; HttpError 409 if it is not running. */
  async stop(id: string): Promise<void> {
    const run = await this.#find(id)
    if (isFinalState(run.state)) throw new HttpError(409, `run: must be running to be stopped, got ${run.state}`)
    const trainer = this.#trainers.get(id)
    if (run.state === 'queued' && trainer) return this.#stopBeforeStart(id, trainer)
    requireTrainer(this.#context.options)
    const command = runTrainerCommand(this.#context.options, ['stop', run.id])
    const { code, lastLine } = await Promise.race([command, this.#seenEnd(run.id, command)])
    if (code !== 0) throw new HttpError(409, lastLine || `run: could not be stopped, the command's exit code is ${code}`)
  }

  /** Continues a run from its last checkpoint as a new attempt; HttpError 409 if it is still running. */
  async resume(id: string): Promise<void> {
    const run = await this.#find(id)
    const state = shownState(run.state, run.heartbeatAt, Date.now())
    if (state === 'running' || state === 'queued') throw new HttpError(409, `run: must not be running to be resumed, got ${state}`)
    requireTrainer(this.#context.options)
    this.#spawn(run.id, ['resume', run.id, '--dashboard', this.#context.url])
  }

  /** Resolves once the run's last event has come, which is before the command has looked again; waits no longer than the command. */
  async #seenEnd(id: string, command: Promise<CommandResult>): Promise<CommandResult> {
    let over = false
    const end = (): void => {
      over = true
    }
    command.then(end, end)
    while (!over && !isFinalState(this.#context.hub.find(id)?.state ?? 'running'))
      await new Promise((resolve) => setTimeout(resolve, endLookMs))
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

  #spawn(id: string, words: readonly string[]): void {
    const child = spawnTrainer(this.#context.options, id, words)
    this.#trainers.set(id, child)
    child.on('error', (error) => void this.#recordDeath(id, error.message))
    child.on('exit', (code, signal) => {
      this.#trainers.delete(id)
      if (code !== 0) void this.#recordDeath(id, signal === null ? `exit code ${code}` : `signal ${signal}`)
    })
  }

  async #recordDeath(id: string, cause: string): Promise<void> {
    const { database, options, hub } = this.#context
    const run = await database.findRun(id)
    if (run === null || isFinalState(run.state)) return
    const reason = lastLogLine(options.runsDir, id) || `the trainer ended with ${cause}`
    await database.markEnded(id, run.state === 'queued' ? 'failed' : 'crashed', Date.now(), reason)
    await hub.refresh()
  }
}

const vanished = 'the trainer is gone without a word; resume continues from the last checkpoint'

/** Marks running runs of this machine as crashed when their heart is silent and their process is gone. */
export async function markDeadRuns(database: Database, runs: readonly RunSummary[]): Promise<boolean> {
  let marked = false
  for (const run of runs) {
    if (shownState(run.state, run.heartbeatAt, Date.now()) !== 'stale') continue
    const host = (await database.latestAttempt(run.id))?.host
    if (host === undefined || host.hostname !== hostname() || isAlive(host.pid)) continue
    marked = (await database.markEnded(run.id, 'crashed', Date.now(), vanished)) || marked
  }
  return marked
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
