import { losses, models, optimizers, schedules } from '@lockstep/models'
import type { RunConfig } from '@lockstep/shared'
import { type Engine, type ExampleSource, type ImageShape, openEngine } from '../engine/index.ts'
import { type Barrier, createBarrier } from './barrier.ts'
import type { SharedState } from './layout.ts'

/** What the main thread hands to a rank when it starts: plain data and shared memory. */
export interface RankTask {
  rank: number
  config: RunConfig
  shared: SharedState
  splits: readonly ExampleSource[]
  image: ImageShape
  classes: number
  plan: StepPlan
  spins: number
}

/** How steps map to examples: follows from the config and the dataset alone. */
export interface StepPlan {
  trainExamples: number
  batchSize: number
  shardSize: number
  stepsPerEpoch: number
  totalSteps: number
}

export interface RankContext extends RankTask {
  engine: Engine
  barrier: Barrier
  optimizer: (typeof optimizers)[keyof typeof optimizers]
  schedule: (typeof schedules)[keyof typeof schedules]
  /** Milliseconds waited at the barrier that ended the step before; they belong to the next record. */
  carriedWaitMs: number
}

export async function openRankContext(task: RankTask): Promise<RankContext> {
  const { config, shared } = task
  const engine = await openEngine(config.engine, {
    model: models[config.model as keyof typeof models],
    loss: losses[config.loss as keyof typeof losses],
    image: task.image,
    classes: task.classes,
    kernels: config.kernels,
  })
  return {
    ...task,
    engine,
    barrier: createBarrier(shared.control, shared.sizes.workers, task.spins),
    optimizer: optimizers[config.optimizer as keyof typeof optimizers],
    schedule: schedules[config.schedule as keyof typeof schedules],
    carriedWaitMs: 0,
  }
}

/** The examples of a step: a range of positions in the epoch's order, and the number of shards it is cut into. */
export function batchOf(plan: StepPlan, step: number): { first: number; count: number; shards: number } {
  const first = (step % plan.stepsPerEpoch) * plan.batchSize
  const count = Math.min(plan.batchSize, plan.trainExamples - first)
  return { first, count, shards: Math.ceil(count / plan.shardSize) }
}
