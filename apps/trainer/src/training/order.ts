import { seededPermutation } from '@lockstep/models'
import type { RunConfig } from '@lockstep/shared'

/** Writes the order of an epoch's training examples: file order, or a permutation that follows from (seed, epoch) alone. */
export function writeOrder(order: Uint32Array, config: Pick<RunConfig, 'shuffle' | 'seed'>, examples: number, epoch: number): void {
  if (config.shuffle) order.set(seededPermutation(examples, config.seed, epoch))
  else for (let i = 0; i < examples; i++) order[i] = i
}
