import { describe, expect, test } from 'vitest'
import { UserError } from './errors.ts'
import type { RegistryNames } from './registry-entry.ts'
import { parseRunConfig, shardSizeOf } from './run-config.ts'

const entry = { summary: 'an entry' }
const names: RegistryNames = {
  models: {
    'conv-autoencoder': entry,
    classifier: { ...entry, defaults: { optimizer: 'sgd', learningRate: 0.05, loss: 'cross-entropy' } },
  },
  datasets: { auto: entry, digits: entry },
  losses: { 'mean-squared-error': entry, 'cross-entropy': entry },
  optimizers: { adam: { ...entry, defaults: { learningRate: 0.001 } }, sgd: { ...entry, defaults: { learningRate: 0.01 } } },
  schedules: { constant: entry },
}

test('an empty config is the study: adam at 1e-4, five epochs of batches of 100, seed 42', () => {
  const config = parseRunConfig(names, {})
  expect(config).toMatchObject({ model: 'conv-autoencoder', optimizer: 'adam', learningRate: 1e-4, epochs: 5, batchSize: 100, seed: 42 })
  expect(Object.isFrozen(config)).toBe(true)
})

test('parsing a parsed config changes nothing', () => {
  const config = parseRunConfig(names, { model: 'classifier', optimizer: 'adam', workers: 3, checkpointEvery: 'epoch,5s,200' })
  expect(parseRunConfig(names, JSON.parse(JSON.stringify(config)))).toEqual(config)
})

describe('learning rates follow the optimizer', () => {
  test.each([
    [{ model: 'classifier' }, 'sgd', 0.05],
    [{ model: 'classifier', optimizer: 'sgd' }, 'sgd', 0.05],
    [{ model: 'classifier', optimizer: 'adam' }, 'adam', 0.001],
    [{ optimizer: 'sgd' }, 'sgd', 0.01],
    [{ optimizer: 'adam' }, 'adam', 1e-4],
    [{ model: 'classifier', optimizer: 'adam', learningRate: 0.5 }, 'adam', 0.5],
  ])('%j trains with %s at %d', (input, optimizer, learningRate) => {
    expect(parseRunConfig(names, input)).toMatchObject({ optimizer, learningRate })
  })
})

test.each([
  [{ model: 'nope' }, 'model: must be one of conv-autoencoder, classifier, got "nope"'],
  [{ model: '__proto__' }, 'model: must be one of conv-autoencoder, classifier, got "__proto__"'],
  [{ epochs: -1 }, 'epochs: must be at least 1, got -1'],
  [{ epochs: 1.5 }, 'epochs: must be a whole number, got 1.5'],
  [{ epochs: '3' }, 'epochs: must be a number, got "3"'],
  [{ learningRate: 0 }, 'learningRate: must be greater than 0, got 0'],
  [{ workers: 0 }, 'workers: must be at least 1, got 0'],
  [{ workers: 'all' }, 'workers: must be auto or a whole number from 1 to 64, got "all"'],
  [{ checkpointEvery: 'sometimes' }, 'checkpointEvery: must be a list of epoch, Ns (seconds) or N (steps), got "sometimes"'],
  [{ epoch: 3 }, 'config: unknown field "epoch"'],
  [[], 'config: must be an object, got []'],
  [null, 'config: must be an object, got null'],
])('%j is refused: %s', (input, message) => {
  expect(() => parseRunConfig(names, input)).toThrow(new UserError(message))
})

test('a batch is ten shards unless the config says otherwise, and a shard is never larger than its batch', () => {
  expect(shardSizeOf({ batchSize: 100, shardSize: null })).toBe(10)
  expect(shardSizeOf({ batchSize: 101, shardSize: null })).toBe(11)
  expect(shardSizeOf({ batchSize: 3, shardSize: null })).toBe(1)
  expect(shardSizeOf({ batchSize: 3, shardSize: 50 })).toBe(3)
})
