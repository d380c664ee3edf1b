import { claimShards, resetClaims } from './claims.ts'
import { evaluationShardSize, word } from './layout.ts'
import type { RankContext } from './rank-context.ts'
import { post } from './train-steps.ts'

/** Loss sums per evaluation shard, and the predicted class of every example of the range. */
export function evaluateShards({ shared, engine, splits, rank, barrier }: RankContext): void {
  const { control } = shared
  const source = splits[Atomics.load(control, word.split)]
  const start = Atomics.load(control, word.first)
  const total = Atomics.load(control, word.count)
  engine.loadParameters(committedParameters(shared))
  for (const shard of claimShards(control, rank, Math.ceil(total / evaluationShardSize))) {
    const offset = shard * evaluationShardSize
    const count = Math.min(evaluationShardSize, total - offset)
    engine.loadBatch(source, { first: start + offset, count })
    shared.evaluationLosses[shard] = engine.evaluate(shared.predictions.subarray(offset, offset + count))
  }
  barrier.arrive(() => {
    resetClaims(control, shared.sizes.workers)
    post({ type: 'done' })
  })
}

/** Rank 0 writes the model's outputs for the first examples of a range. */
export function forwardExamples({ shared, engine, splits, rank, barrier }: RankContext): void {
  const { control } = shared
  if (rank === 0) {
    engine.loadParameters(committedParameters(shared))
    engine.loadBatch(splits[Atomics.load(control, word.split)], {
      first: Atomics.load(control, word.first),
      count: Atomics.load(control, word.count),
    })
    engine.forward(shared.outputs)
  }
  barrier.arrive(() => post({ type: 'done' }))
}

function committedParameters({ control, parameters }: RankContext['shared']): Float32Array {
  return parameters[Atomics.load(control, word.committed) & 1]
}
