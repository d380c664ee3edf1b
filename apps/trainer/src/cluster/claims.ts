import { word } from './layout.ts'

/**
 * The shards this rank computes: the one with its own index first, so that every rank takes part, then whichever is
 * free next, so that a fast rank is not held up. Who computes a shard never changes its result.
 */
export function* claimShards(control: Int32Array, rank: number, shards: number): Generator<number> {
  if (rank >= shards) return
  yield rank
  for (;;) {
    const shard = Atomics.add(control, word.claim, 1)
    if (shard >= shards) return
    yield shard
  }
}

/** Frees all shards that no rank owns by its index. Only in a serial section, or while the gang is parked. */
export function resetClaims(control: Int32Array, workers: number): void {
  Atomics.store(control, word.claim, workers)
}
