import { type NameTable, parseRunConfig, type RunConfig, UserError } from '@lockstep/shared'
import { describe, expect, test } from 'vitest'
import { datasets } from './datasets.ts'
import { type Model, parameterCount, sizeOfShape } from './model.ts'
import { checkCompatible, losses, models, registryNames } from './registries.ts'

const digits = { height: 28, width: 28, channels: 1, classes: 10 }

describe.each(Object.entries<NameTable>({ ...registryNames }))('the registry of %s', (_registry, table) => {
  test.each(Object.entries(table))('%s says in one line what it is', (name, { summary }) => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(summary).toMatch(/^[^\n]{10,120}$/)
  })
})

describe.each(Object.entries<Model>(models))('%s', (name, model) => {
  test('its defaults make a config whose loss suits it', () => {
    const config = parseRunConfig(registryNames, { model: name })
    expect(config).toMatchObject({ model: name, ...model.defaults })
    expect(() => checkCompatible(config)).not.toThrow()
  })

  test('declares parameters of different names, in PyTorch sizes', () => {
    const specs = model.parameters(digits)
    expect(new Set(specs.map((spec) => spec.name)).size).toBe(specs.length)
    for (const { shape, init } of specs) expect(sizeOfShape(init.torchShape)).toBe(sizeOfShape(shape))
  })

  test('maps every axis of PyTorch to one of its own', () => {
    for (const { init } of model.parameters(digits)) {
      expect([...init.axes].sort((a, b) => a - b)).toEqual(init.torchShape.map((_, axis) => axis))
    }
  })
})

test("the autoencoder has the report's 144,146 parameters", () => {
  expect(parameterCount(models['conv-autoencoder'].parameters(digits))).toBe(144_146)
})

test.each(Object.entries(losses))('%s suits at least one model', (_name, loss) => {
  expect(Object.values<Model>(models).some(({ task }) => task === loss.task)).toBe(true)
})

test.each(Object.entries(datasets))('%s has one label for each class', (_name, { input, labels }) => {
  expect(new Set(labels).size).toBe(input.classes)
})

const misfits: [Pick<RunConfig, 'model' | 'loss'>, string][] = [
  [
    { model: 'feed-forward', loss: 'mean-squared-error' },
    'loss: feed-forward needs one for classification (softmax-cross-entropy), got mean-squared-error, which is for reconstruction',
  ],
  [
    { model: 'conv-autoencoder', loss: 'softmax-cross-entropy' },
    'loss: conv-autoencoder needs one for reconstruction (mean-squared-error), got softmax-cross-entropy, which is for classification',
  ],
]

test.each(misfits)('%o is refused, with the losses that would do', (config, message) => {
  expect(() => checkCompatible(config)).toThrow(new UserError(message))
})
