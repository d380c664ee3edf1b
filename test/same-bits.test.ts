import { readFile } from 'node:fs/promises'
import { models } from '@lockstep/models'
import { decodeSafetensors, type RunConfigInput } from '@lockstep/shared'
import { decodeCheckpoint, sha256OfFloats } from '@lockstep/trainer'
import { describe, expect, test } from 'vitest'
import { eventsOf, onlyEvent, trainToEnd } from './training.ts'

const image = { height: 28, width: 28, channels: 1, classes: 10 }
const runs: Record<string, RunConfigInput> = {
  'autoencoder, adam, ten shards': { limit: 300, epochs: 1 },
  'autoencoder, clipped, shuffled, a short last batch of five shards': { limit: 250, epochs: 1, clipNorm: 0.001, shuffle: true },
  'classifier, sgd with momentum, seven shards, the last one short': {
    model: 'feed-forward',
    limit: 120,
    epochs: 2,
    batchSize: 50,
    shardSize: 8,
    momentum: 0.9,
    nesterov: true,
    validationFraction: 0.2,
  },
}

describe.each(Object.entries(runs))('%s', (_name, input) => {
  test('gives the same bits with 1, 2, 3 and 5 workers, all of which compute', async () => {
    const results = []
    for (const workers of [1, 2, 3, 5]) {
      const events = await trainToEnd({ input: { ...input, workers } })
      const { parametersSha256, optimizerSha256, loss } = onlyEvent(events, 'run-finished')
      results.push({ parametersSha256, optimizerSha256, loss, losses: eventsOf(events, 'step-completed').map((event) => event.loss) })
      for (const { shardsPerRank } of eventsOf(events, 'step-completed')) {
        expect(shardsPerRank).toHaveLength(workers)
        expect(Math.min(...shardsPerRank)).toBeGreaterThan(0)
      }
    }
    for (const result of results.slice(1)) expect(result).toEqual(results[0])
  })
})

test('a batch of 100 is ten shards, and another seed gives other bits', async () => {
  const hashes = []
  for (const seed of [42, 43]) {
    const events = await trainToEnd({ input: { limit: 200, epochs: 1, workers: 2, seed } })
    for (const { shardsPerRank } of eventsOf(events, 'step-completed')) expect(shardsPerRank[0] + shardsPerRank[1]).toBe(10)
    hashes.push(onlyEvent(events, 'run-finished').parametersSha256)
  }
  expect(hashes[0]).not.toBe(hashes[1])
})

test('the recorded hashes are those of the parameters and optimizer state in the checkpoint file', async () => {
  const events = await trainToEnd({ input: { limit: 200, epochs: 1, workers: 2 } })
  const finished = onlyEvent(events, 'run-finished')
  const { path } = eventsOf(events, 'checkpoint-written').at(-1) ?? { path: '' }
  const bytes = await readFile(path)
  const specs = models['conv-autoencoder'].parameters(image)
  const { state } = decodeCheckpoint(bytes, specs, path)
  expect(sha256OfFloats([state.parameters])).toBe(finished.parametersSha256)
  expect(sha256OfFloats(state.slots)).toBe(finished.optimizerSha256)
  const byName = new Map(decodeSafetensors(bytes, path).tensors.map((tensor) => [tensor.name, tensor.values]))
  const inDeclaredOrder = specs.map(({ name }) => byName.get(name) ?? new Float32Array(0))
  expect(sha256OfFloats(inDeclaredOrder)).toBe(finished.parametersSha256)
})
