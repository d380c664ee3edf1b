// Every byte that more than one thread sees, in one place. The main thread owns it; workers hold no run state.

/** Indexes into the control words (Int32, atomics only). */
export const word = {
  /** Not 0: every rank leaves as soon as it sees it. */
  abort: 0,
  arrived: 1,
  phase: 2,
  /** Counts commands; ranks wait on it while parked. */
  command: 3,
  commandKind: 4,
  /** Steps committed so far: the index of the next step. Which of the two buffers is committed follows from its parity. */
  committed: 5,
  /** The gang trains while committed < limit; the main thread may lower it to make the gang park. */
  limit: 6,
  /** Next shard to claim in the step or evaluation at hand. */
  claim: 7,
  /** What the last serial section decided; see `decision`. */
  decision: 8,
  /** Step records that the main thread has read. */
  recordsRead: 9,
  split: 10,
  first: 11,
  count: 12,
} as const
const wordCount = 16

export const commandKind = { leave: 0, train: 1, evaluate: 2, forward: 3 } as const
export const decision = { go: 1, park: 2, nonFinite: 3 } as const
export const split = { train: 0, test: 1 } as const

/** Floats whose squares are summed together for the global norm; also the grain at which ranks own slices. A multiple of 16. */
export const blockSize = 4096
/** Step records kept for the main thread; the gang waits for it rather than overwrite unread ones. */
export const recordRing = 1024
/** Examples per shard of an evaluation. Fixed: results must not depend on the number of workers. */
export const evaluationShardSize = 50
/** Most examples that one forward command returns outputs for. */
export const maxForwardExamples = 16

/** Fields of a step record: first of the step, then of each rank. */
export const recordField = { step: 0, loss: 1, gradientNorm: 2, learningRate: 3, examples: 4, durationMs: 5, perStep: 6 } as const
export const rankField = { shards: 0, dataMs: 1, gradientMs: 2, waitMs: 3, reduceMs: 4, updateMs: 5, perRank: 6 } as const

/** Scalars that one serial section hands to all ranks. */
export const scalarField = { loss: 0, gradientNorm: 1, gradientScale: 2, stepStartedAt: 3, count: 4 } as const

export interface ClusterSizes {
  workers: number
  parameterCount: number
  slots: number
  /** Shards of a full batch. */
  shards: number
  trainExamples: number
  testExamples: number
  /** Floats of one example's model output. */
  outputSize: number
}

export interface SharedState {
  readonly sizes: ClusterSizes
  readonly control: Int32Array
  readonly scalars: Float64Array
  /** [parity of the step] */
  readonly parameters: readonly Float32Array[]
  /** [parity of the step][slot] */
  readonly slots: readonly (readonly Float32Array[])[]
  /** [shard]: gradient sums, added up in place by the reduction. */
  readonly shardGradients: readonly Float32Array[]
  readonly shardLosses: Float64Array
  /** Sum of squares of each block of the reduced gradient. */
  readonly blockNorms: Float64Array
  readonly rankTimes: Float64Array
  readonly records: Float64Array
  /** Position in the epoch -> index of the training example. */
  readonly order: Uint32Array
  readonly evaluationLosses: Float64Array
  readonly predictions: Uint8Array
  readonly outputs: Float32Array
}

/** Floats of a parameter-sized vector with padding, so that no slice ends inside a 16-float line. */
export function paddedLength(parameterCount: number): number {
  return Math.ceil(parameterCount / 16) * 16
}

/** Allocates the shared memory of a gang, all zero. */
export function allocateSharedState(sizes: ClusterSizes): SharedState {
  const length = paddedLength(sizes.parameterCount)
  const examples = Math.max(sizes.trainExamples, sizes.testExamples)
  const vector = () => float32(length)
  const shardBuffer = new SharedArrayBuffer(sizes.shards * length * 4)
  return {
    sizes,
    control: new Int32Array(new SharedArrayBuffer(wordCount * 4)),
    scalars: float64(scalarField.count),
    parameters: [vector(), vector()],
    slots: [0, 1].map(() => Array.from({ length: sizes.slots }, vector)),
    shardGradients: Array.from({ length: sizes.shards }, (_, shard) => new Float32Array(shardBuffer, shard * length * 4, length)),
    shardLosses: float64(sizes.shards),
    blockNorms: float64(Math.ceil(length / blockSize)),
    rankTimes: float64(sizes.workers * rankField.perRank),
    records: float64(recordRing * recordLength(sizes.workers)),
    order: new Uint32Array(new SharedArrayBuffer(sizes.trainExamples * 4)),
    evaluationLosses: float64(Math.ceil(examples / evaluationShardSize)),
    predictions: new Uint8Array(new SharedArrayBuffer(examples)),
    outputs: float32(maxForwardExamples * sizes.outputSize),
  }
}

/** Float64 values of one step record. */
export function recordLength(workers: number): number {
  return recordField.perStep + workers * rankField.perRank
}

function float32(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * 4))
}

function float64(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * 8))
}
