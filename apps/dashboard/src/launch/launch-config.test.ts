import { registryNames } from '@lockstep/models'
import { parseRunConfig } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { createLaunchForm } from '../server/launch-form.ts'
import { commandLineOf, defaultOf, parseGiven, withoutDefaults } from './launch-config.ts'

const { fields, modelDefaults, presets } = createLaunchForm(registryNames)

test('there is a field for every part of the config, and its default is the config’s', () => {
  const config = parseRunConfig(registryNames, {})
  expect(fields.map(({ key }) => key).sort()).toEqual(Object.keys(config).sort())
  for (const field of fields) expect(defaultOf(field, {}), field.key).toEqual(config[field.key as keyof typeof config])
})

test('every model’s defaults are those that its config gets', () => {
  for (const [model, defaults] of Object.entries(modelDefaults)) {
    const config = parseRunConfig(registryNames, { model })
    for (const field of fields)
      if (field.key !== 'model')
        expect(defaultOf(field, defaults), `${model} ${field.key}`).toEqual(config[field.key as keyof typeof config])
  }
})

test('every preset is a valid config', () => {
  expect(presets.length).toBeGreaterThanOrEqual(3)
  for (const { config } of presets) expect(() => parseRunConfig(registryNames, config)).not.toThrow()
})

test('typed text becomes what the config wants, and text that is no number stays', () => {
  const given = parseGiven({ epochs: '3', learningRate: '1e-3', limit: 'none', workers: 'auto', seed: 'x', name: '12' }, fields)
  expect(given).toEqual({ epochs: 3, learningRate: 0.001, limit: null, workers: 'auto', seed: 'x', name: '12' })
})

test('only what differs from the model’s defaults is sent, and the model itself', () => {
  const given = { model: 'feed-forward', optimizer: 'sgd', epochs: 5, seed: 7 }
  expect(withoutDefaults(given, fields, modelDefaults['feed-forward'])).toEqual({ model: 'feed-forward', seed: 7 })
})

test('the command line quotes what a shell would split', () => {
  expect(commandLineOf({ model: 'feed-forward', batchSize: 50, shuffle: true, nesterov: false, clipNorm: null, name: "it's me" })).toBe(
    `npx lockstep train --model feed-forward --batch-size 50 --shuffle --no-nesterov --clip-norm none --name 'it'\\''s me'`,
  )
})
