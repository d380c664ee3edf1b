// One step as in architecture.md section 4: shard gradients, reduce-scatter, sharded update, commit.
import { parentPort } from 'node:worker_threads'
import { waitForChange } from './barrier.ts'
import { claimShards, resetClaims } from './claims.ts'
import { monotonicMs } from './clock.ts'
import { decision, rankField, recordField, recordLength, recordRing, type SharedState, scalarField, split, word } from './layout.ts'
import { batchOf, type RankContext } from './rank-context.ts'
import { blockRange, divideAndMeasure, ownedBlocks, sumInOrder, sumShards } from './reduce.ts'

export type RankMessage =
  | { type: 'ready'; kernels: string }
  | { type: 'step' }
  | { type: 'parked'; reason: 'limit' | 'non-finite' }
  | { type: 'done' }

/** Added to the norm before dividing by it, as torch.nn.utils.clip_grad_norm_ does. */
const clipEpsilon = 1e-6

interface RankStepTimes {
  shards: number
  dataMs: number
  gradientMs: number
  waitMs: number
  reduceMs: number
  updateMs: number
}

/** Trains until the limit or a non-finite step; all ranks leave together. */
export function trainSteps(context: RankContext): void {
  const { control } = context.shared
  context.carriedWaitMs = 0
  for (;;) {
    trainStep(context, Atomics.load(control, word.committed))
    if (Atomics.load(control, word.decision) !== decision.go) return
  }
}

function trainStep(context: RankContext, step: number): void {
  const { shared, barrier } = context
  const times: RankStepTimes = { shards: 0, dataMs: 0, gradientMs: 0, waitMs: context.carriedWaitMs, reduceMs: 0, updateMs: 0 }
  computeShards(context, step, times)
  times.waitMs += timed(() => barrier.arrive())
  times.reduceMs = timed(() => reduceOwnBlocks(context, step))
  times.waitMs += timed(() => barrier.arrive(() => judgeStep(context, step)))
  if (Atomics.load(shared.control, word.decision) === decision.nonFinite) return
  times.updateMs = timed(() => updateOwnBlocks(context, step))
  storeTimes(shared, context.rank, times)
  context.carriedWaitMs = timed(() => barrier.arrive(() => commitStep(context, step)))
}

function computeShards(context: RankContext, step: number, times: RankStepTimes): void {
  const { shared, engine, plan, splits, rank } = context
  const batch = batchOf(plan, step)
  times.dataMs += timed(() => engine.loadParameters(shared.parameters[step & 1]))
  for (const shard of claimShards(shared.control, rank, batch.shards)) {
    const first = batch.first + shard * plan.shardSize
    const count = Math.min(plan.shardSize, batch.first + batch.count - first)
    times.dataMs += timed(() => engine.loadBatch(splits[split.train], { first, count, order: shared.order }))
    times.gradientMs += timed(() => {
      shared.shardLosses[shard] = engine.computeGradient(shared.shardGradients[shard].subarray(0, shared.sizes.parameterCount))
    })
    times.shards++
  }
}

/** The reduced gradient lands in shard 0's vector, divided once by the true number of examples. */
function reduceOwnBlocks({ shared, plan, rank }: RankContext, step: number): void {
  const { count, shards } = batchOf(plan, step)
  const [gradient] = shared.shardGradients
  const blocks = ownedBlocks(gradient.length, rank, shared.sizes.workers)
  for (let block = blocks.from; block < blocks.to; block++) {
    const range = blockRange(block, gradient.length)
    sumShards(shared.shardGradients, shards, range)
    shared.blockNorms[block] = divideAndMeasure(gradient, count, range)
  }
}

/** Serial: loss and global norm of the step, and whether it may be applied. */
function judgeStep({ shared, plan, config }: RankContext, step: number): void {
  const { count, shards } = batchOf(plan, step)
  const loss = sumInOrder(shared.shardLosses, shards) / count
  const norm = Math.sqrt(sumInOrder(shared.blockNorms, shared.blockNorms.length))
  shared.scalars[scalarField.loss] = loss
  shared.scalars[scalarField.gradientNorm] = norm
  shared.scalars[scalarField.gradientScale] = config.clipNorm === null ? 1 : Math.min(1, config.clipNorm / (norm + clipEpsilon))
  const finite = Number.isFinite(loss) && Number.isFinite(norm)
  Atomics.store(shared.control, word.decision, finite ? decision.go : decision.nonFinite)
  if (!finite) post({ type: 'parked', reason: 'non-finite' })
}

function updateOwnBlocks({ shared, plan, rank, config, optimizer, schedule }: RankContext, step: number): void {
  const from = step & 1
  const to = from ^ 1
  const [gradients] = shared.shardGradients
  const blocks = ownedBlocks(gradients.length, rank, shared.sizes.workers)
  if (blocks.from === blocks.to) return
  optimizer.update({
    parameters: shared.parameters[from],
    newParameters: shared.parameters[to],
    gradients,
    slots: shared.slots[from],
    newSlots: shared.slots[to],
    from: blockRange(blocks.from, gradients.length).from,
    to: blockRange(blocks.to - 1, gradients.length).to,
    step,
    learningRate: schedule.learningRate({ step, stepsPerEpoch: plan.stepsPerEpoch, totalSteps: plan.totalSteps, config }),
    gradientScale: shared.scalars[scalarField.gradientScale],
    config,
  })
}

/** Serial: the step becomes the committed one, as a whole, and all ranks learn whether another follows. */
function commitStep(context: RankContext, step: number): void {
  const { control, sizes } = context.shared
  writeRecord(context, step)
  resetClaims(control, sizes.workers)
  Atomics.store(control, word.committed, step + 1)
  post({ type: 'step' })
  waitForRecordSpace(control, step)
  const more = step + 1 < Atomics.load(control, word.limit)
  Atomics.store(control, word.decision, more ? decision.go : decision.park)
  if (!more) post({ type: 'parked', reason: 'limit' })
}

function writeRecord({ shared, plan, schedule, config }: RankContext, step: number): void {
  const { scalars, records, sizes, rankTimes } = shared
  const now = monotonicMs()
  const length = recordLength(sizes.workers)
  const at = (step % recordRing) * length
  records[at + recordField.step] = step
  records[at + recordField.loss] = scalars[scalarField.loss]
  records[at + recordField.gradientNorm] = scalars[scalarField.gradientNorm]
  records[at + recordField.learningRate] = schedule.learningRate({
    step,
    stepsPerEpoch: plan.stepsPerEpoch,
    totalSteps: plan.totalSteps,
    config,
  })
  records[at + recordField.examples] = batchOf(plan, step).count
  records[at + recordField.durationMs] = now - scalars[scalarField.stepStartedAt]
  records.set(rankTimes, at + recordField.perStep)
  scalars[scalarField.stepStartedAt] = now
}

/** Rather wait for a slow main thread than overwrite what it has not read. */
function waitForRecordSpace(control: Int32Array, step: number): void {
  for (;;) {
    const read = Atomics.load(control, word.recordsRead)
    if (step + 2 - read <= recordRing) return
    waitForChange(control, word.recordsRead, read, 0)
  }
}

function storeTimes({ rankTimes }: SharedState, rank: number, times: RankStepTimes): void {
  const at = rank * rankField.perRank
  for (const [name, value] of Object.entries(times)) rankTimes[at + rankField[name as keyof RankStepTimes]] = value
}

function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

export function post(message: RankMessage): void {
  parentPort?.postMessage(message)
}
