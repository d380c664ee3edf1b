// The main thread's side of the gang: one Piscina task per rank for the whole run, commands through shared memory,
// and a new gang from the last committed step when a rank dies. It computes nothing itself.
import { availableParallelism } from 'node:os'
import { messageOf, type RunConfig } from '@lockstep/shared'
import { Piscina } from 'piscina'
import type { ExampleSource, ImageShape } from '../engine/index.ts'
import { resetClaims } from './claims.ts'
import { monotonicMs } from './clock.ts'
import {
  allocateSharedState,
  type ClusterSizes,
  commandKind,
  evaluationShardSize,
  maxForwardExamples,
  type SharedState,
  scalarField,
  split,
  word,
} from './layout.ts'
import type { RankTask, StepPlan } from './rank-context.ts'
import { readRecord, type StepReport } from './step-report.ts'
import type { RankMessage } from './train-steps.ts'

/** Looks at a barrier word before a rank goes to sleep; none where ranks outnumber cores, since spinning would only keep a peer off its core. */
const spinsBeforeSleep = 20_000
/** Restarts allowed without a committed step between them: more means that the same fault will come again. */
const maxFruitlessRestarts = 3

export interface GangOptions {
  config: RunConfig
  sizes: ClusterSizes
  plan: StepPlan
  train: ExampleSource
  test: ExampleSource
  image: ImageShape
  classes: number
  onStep: (report: StepReport) => void
  /** A rank died and a new gang goes on from the last committed step. */
  onRestart: (error: Error, step: number) => void
}

/** Parameters and optimizer slots of a committed step, without padding, in memory of their own. */
export interface ModelState {
  step: number
  parameters: Float32Array
  slots: Float32Array[]
}

export interface Evaluation {
  /** Summed loss over the examples. */
  lossSum: number
  /** Predicted class of each example; meaningless for models that do not classify. */
  predictions: Uint8Array
}

export type ParkReason = 'limit' | 'non-finite'
export type SplitName = keyof typeof split

interface Team {
  pool: Piscina
  /** Rejects when any rank has failed and all have left; never resolves before `leave`. */
  ended: Promise<void>
}

/** The loss and gradient norm that a non-finite step had. */
export interface NonFiniteStep {
  step: number
  loss: number
  gradientNorm: number
}

export class Gang {
  readonly shared: SharedState
  /** What the ranks' engines say they compute with. */
  kernels = ''
  readonly #options: GangOptions
  #team: Team | null = null
  #onMessage: (message: RankMessage) => void = () => undefined
  #fruitlessRestarts = 0
  #lastRestartStep = -1

  private constructor(options: GangOptions) {
    this.#options = options
    this.shared = allocateSharedState(options.sizes)
    resetClaims(this.shared.control, options.sizes.workers)
  }

  /** Starts the worker threads and waits until every rank has its engine. */
  static async start(options: GangOptions): Promise<Gang> {
    const gang = new Gang(options)
    gang.#team = await gang.#startTeam()
    return gang
  }

  get committedStep(): number {
    return Atomics.load(this.shared.control, word.committed)
  }

  /** Sets the committed state. Only while parked. */
  restore(state: ModelState): void {
    const side = state.step & 1
    Atomics.store(this.shared.control, word.committed, state.step)
    Atomics.store(this.shared.control, word.recordsRead, state.step)
    this.shared.parameters[side].set(state.parameters)
    for (const [index, slot] of state.slots.entries()) this.shared.slots[side][index].set(slot)
  }

  /** A copy of the committed state. Only while parked: a running gang would tear it. */
  copyState(): ModelState {
    const { parameterCount } = this.shared.sizes
    const side = this.committedStep & 1
    return {
      step: this.committedStep,
      parameters: this.shared.parameters[side].slice(0, parameterCount),
      slots: this.shared.slots[side].map((slot) => slot.slice(0, parameterCount)),
    }
  }

  /** Trains until `limit` steps are committed, until `requestPark`, or up to a step whose loss or gradient is not finite. */
  async trainUntil(limit: number): Promise<ParkReason> {
    const { control, scalars } = this.shared
    if (this.committedStep >= limit) return 'limit'
    Atomics.store(control, word.limit, limit)
    const reason = await this.#command(commandKind.train, () => {
      scalars[scalarField.stepStartedAt] = monotonicMs()
    })
    this.#readRecords()
    return reason
  }

  /** Asks a training gang to park after the step at hand. */
  requestPark(): void {
    Atomics.store(this.shared.control, word.limit, 0)
  }

  /** The step that was not applied because its loss or gradient is not finite. */
  nonFiniteStep(): NonFiniteStep {
    const { scalars } = this.shared
    return { step: this.committedStep, loss: scalars[scalarField.loss], gradientNorm: scalars[scalarField.gradientNorm] }
  }

  /** Summed loss and predictions over `count` examples from `first` of a split, with the committed parameters. Only while parked. */
  async evaluate(splitName: SplitName, first: number, count: number): Promise<Evaluation> {
    await this.#command(commandKind.evaluate, () => this.#selectExamples(splitName, first, count))
    const shards = Math.ceil(count / evaluationShardSize)
    const lossSum = this.shared.evaluationLosses.subarray(0, shards).reduce((sum, loss) => sum + loss, 0)
    return { lossSum, predictions: this.shared.predictions.slice(0, count) }
  }

  /** The model's outputs for `count` examples (at most maxForwardExamples), one after the other. Only while parked. */
  async forward(splitName: SplitName, first: number, count: number): Promise<Float32Array> {
    if (count > maxForwardExamples) throw new RangeError(`gang: forward takes at most ${maxForwardExamples} examples, got ${count}`)
    await this.#command(commandKind.forward, () => this.#selectExamples(splitName, first, count))
    return this.shared.outputs.slice(0, count * this.shared.sizes.outputSize)
  }

  /** Ends one thread at once, as a crash would: for fault drills. The gang notices and goes on from the last committed step. */
  async killThread(index: number): Promise<void> {
    await this.#team?.pool.threads[index]?.terminate()
  }

  /** Lets the ranks leave and ends their threads. */
  async close(): Promise<void> {
    const team = this.#team
    if (team === null) return
    this.#team = null
    this.#send(commandKind.leave)
    await team.ended.catch(() => undefined)
    await team.pool.destroy()
  }

  #selectExamples(splitName: SplitName, first: number, count: number): void {
    const { control } = this.shared
    Atomics.store(control, word.split, split[splitName])
    Atomics.store(control, word.first, first)
    Atomics.store(control, word.count, count)
  }

  /** Runs one command to its end, with new gangs where ranks die on the way. */
  async #command(kind: number, prepare: () => void): Promise<ParkReason> {
    for (;;) {
      const team = this.#team ?? (await this.#startTeam())
      this.#team = team
      const parked = new Promise<ParkReason>((resolve) => {
        this.#onMessage = (message) => {
          if (message.type === 'step') this.#readRecords()
          if (message.type === 'parked') resolve(message.reason)
          if (message.type === 'done') resolve('limit')
        }
      })
      prepare()
      this.#send(kind)
      try {
        return await Promise.race([parked, team.ended.then((): never => neverEnds())])
      } catch (error) {
        this.#readRecords()
        await this.#dismiss(team)
        this.#countRestart(error instanceof Error ? error : new Error(messageOf(error)))
        if (kind === commandKind.train && this.committedStep >= Atomics.load(this.shared.control, word.limit)) return 'limit'
      }
    }
  }

  #countRestart(error: Error): void {
    const step = this.committedStep
    this.#fruitlessRestarts = step === this.#lastRestartStep ? this.#fruitlessRestarts + 1 : 1
    this.#lastRestartStep = step
    if (this.#fruitlessRestarts > maxFruitlessRestarts) throw error
    this.#options.onRestart(error, step)
  }

  async #dismiss(team: Team): Promise<void> {
    this.#team = null
    await team.pool.destroy()
  }

  #send(kind: number): void {
    const { control } = this.shared
    Atomics.store(control, word.commandKind, kind)
    Atomics.add(control, word.command, 1)
    Atomics.notify(control, word.command)
  }

  async #startTeam(): Promise<Team> {
    const { control, sizes } = this.shared
    for (const index of [word.abort, word.arrived, word.command]) Atomics.store(control, index, 0)
    resetClaims(control, sizes.workers)
    const pool = new Piscina({
      filename: new URL('./rank.js', import.meta.url).href,
      minThreads: sizes.workers,
      maxThreads: sizes.workers,
      idleTimeout: Number.POSITIVE_INFINITY,
      maxQueue: sizes.workers,
      atomics: 'disabled',
    })
    const ready = this.#countReady(sizes.workers)
    pool.on('message', (message: RankMessage) => this.#onMessage(message))
    // Errors of threads without a task: a thread that replaces a dead one while the gang is being dismissed.
    pool.on('error', (error: unknown) => process.emitWarning(`gang: a thread without a task failed: ${messageOf(error)}`))
    const ended = this.#superviseRanks(Array.from({ length: sizes.workers }, (_, rank) => pool.run(this.#taskOf(rank))))
    try {
      await Promise.race([ready, ended])
    } catch (error) {
      await pool.destroy()
      throw error
    }
    return { pool, ended }
  }

  #countReady(workers: number): Promise<void> {
    let missing = workers
    return new Promise((resolve) => {
      this.#onMessage = (message) => {
        if (message.type !== 'ready') return
        this.kernels = message.kernels
        if (--missing === 0) resolve()
      }
    })
  }

  /** The first failure calls the others off; the promise settles once every rank has left. */
  #superviseRanks(tasks: Promise<unknown>[]): Promise<void> {
    let failure: unknown = null
    const watched = tasks.map((task) =>
      task.catch((error: unknown) => {
        failure ??= error
        Atomics.store(this.shared.control, word.abort, 1)
        for (const index of [word.phase, word.command, word.recordsRead]) Atomics.notify(this.shared.control, index)
      }),
    )
    const ended = Promise.all(watched).then(() => {
      if (failure !== null) throw failure
    })
    ended.catch(() => undefined)
    return ended
  }

  #taskOf(rank: number): RankTask {
    const { config, plan, train, test, image, classes } = this.#options
    const spins = this.shared.sizes.workers <= availableParallelism() ? spinsBeforeSleep : 0
    return { rank, config, shared: this.shared, splits: [train, test], image, classes, plan, spins }
  }

  /** Reports every step committed since the last call, in order. */
  #readRecords(): void {
    const { control } = this.shared
    const committed = this.committedStep
    for (let step = Atomics.load(control, word.recordsRead); step < committed; step++) {
      this.#options.onStep(readRecord(this.shared, step))
      Atomics.store(control, word.recordsRead, step + 1)
      Atomics.notify(control, word.recordsRead)
    }
  }
}

function neverEnds(): never {
  throw new Error('gang: every rank left before it was told to')
}
