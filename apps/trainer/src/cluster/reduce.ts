import { blockSize } from './layout.ts'

export interface Range {
  from: number
  to: number
}

/** The blocks that a rank owns of a vector of `length` floats: contiguous, cut at multiples of the block size. */
export function ownedBlocks(length: number, rank: number, workers: number): Range {
  const blocks = Math.ceil(length / blockSize)
  return { from: Math.floor((blocks * rank) / workers), to: Math.floor((blocks * (rank + 1)) / workers) }
}

/** The floats of block `block`. */
export function blockRange(block: number, length: number): Range {
  return { from: block * blockSize, to: Math.min((block + 1) * blockSize, length) }
}

/**
 * Adds the first `shards` vectors into vectors[0] over [from, to), in the order of the balanced binary tree over the shard
 * index: a fixed order, whoever does it. The other vectors are scratch afterwards.
 */
export function sumShards(vectors: readonly Float32Array[], shards: number, { from, to }: Range): void {
  for (let stride = 1; stride < shards; stride *= 2) {
    for (let left = 0; left + stride < shards; left += 2 * stride) addInto(vectors[left], vectors[left + stride], from, to)
  }
}

function addInto(target: Float32Array, source: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) target[i] += source[i]
}

/** Divides [from, to) by `count` and returns the sum of squares of the result, accumulated in float64 from left to right. */
export function divideAndMeasure(vector: Float32Array, count: number, { from, to }: Range): number {
  let squares = 0
  for (let i = from; i < to; i++) {
    const value = Math.fround(vector[i] / count)
    vector[i] = value
    squares += value * value
  }
  return squares
}

/** Sum in index order. */
export function sumInOrder(values: Float64Array, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += values[i]
  return sum
}
