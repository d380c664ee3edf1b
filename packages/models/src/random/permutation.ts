import { MersenneTwister } from './mersenne-twister.ts'

/** Odd constant that keeps the streams of neighbouring epochs apart (2^32 / golden ratio). */
const epochStride = 0x9e3779b1

/** A uniform permutation of 0 … count - 1 that follows from (seed, epoch) alone (Fisher and Yates). */
export function seededPermutation(count: number, seed: number, epoch: number): Uint32Array {
  const generator = new MersenneTwister((seed + Math.imul(epoch + 1, epochStride)) >>> 0)
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  for (let i = count - 1; i > 0; i--) {
    const j = drawBelow(generator, i + 1)
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
  return order
}

/** Uniform over 0 … bound - 1: draws that would favour small numbers are thrown away. */
function drawBelow(generator: MersenneTwister, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound)
  for (;;) {
    const draw = generator.nextUint32()
    if (draw < limit) return draw % bound
  }
}
