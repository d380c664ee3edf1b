import { registryNames } from '@lockstep/models'
import { defaultsFor, parseRunConfig } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { createLaunchForm } from '../server/launch-form.ts'
import { commandLineOf, commandOf, defaultOf, parseGiven, withoutDefaults } from './launch-config.ts'

const { fields, entries, presets } = createLaunchForm(registryNames)

test('there is a field for every part of the config, and its default is the config’s', () => {
  const config = parseRunConfig(registryNames, {})
  expect(fields.map(({ key }) => key).sort()).toEqual(Object.keys(config).sort())
  for (const field of fields) expect(defaultOf(field, {}), field.key).toEqual(config[field.key as keyof typeof config])
})

test('what the form shows for every model under every optimizer is what its config gets', () => {
  for (const model of Object.keys(entries.models)) {
    for (const optimizer of Object.keys(entries.optimizers)) {
      const config = parseRunConfig(registryNames, { model, optimizer })
      const standards = defaultsFor(JSON.parse(JSON.stringify(entries)), { model, optimizer })
      for (const field of fields.filter(({ key }) => key !== 'model' && key !== 'optimizer'))
        expect(defaultOf(field, standards), `${model} ${optimizer} ${field.key}`).toEqual(config[field.key as keyof typeof config])
    }
  }
})

test('every preset is a valid config', () => {
  expect(presets.length).toBeGreaterThanOrEqual(3)
  for (const { config } of presets) expect(() => parseRunConfig(registryNames, config)).not.toThrow()
})

test('the quick preset is short and takes a seed that does not sit still', () => {
  const quick = presets.find(({ title }) => title === 'Quick look')
  expect(quick?.config).toMatchObject({ limit: 6000, epochs: 3, seed: 1 })
})

test('typed text becomes what the config wants, and text that is no number stays', () => {
  const given = parseGiven({ epochs: '3', learningRate: '1e-3', limit: 'none', workers: 'auto', seed: 'x', name: '12' }, fields)
  expect(given).toEqual({ epochs: 3, learningRate: 0.001, limit: null, workers: 'auto', seed: 'x', name: '12' })
})

test('only what differs from the model’s defaults is sent, and the model itself', () => {
  const given = { model: 'feed-forward', optimizer: 'sgd', epochs: 5, seed: 7 }
  expect(withoutDefaults(given, fields, defaultsFor(entries, given))).toEqual({ model: 'feed-forward', seed: 7 })
})

test('the command line quotes what a shell would split', () => {
  expect(commandLineOf({ model: 'feed-forward', batchSize: 50, shuffle: true, nesterov: false, clipNorm: null, name: "it's me" })).toBe(
    `npx lockstep train --model feed-forward --batch-size 50 --shuffle --no-nesterov --clip-norm none --name 'it'\\''s me'`,
  )
})

test('a run launched from the dashboard is told as a command that can be typed, any other as it was', () => {
  const config = { model: 'feed-forward', epochs: 3, limit: null }
  expect(commandOf({ argv: ['train', '--config', 'launch/x.json', '--run-id', 'x'] }, config)).toBe(
    'npx lockstep train --model feed-forward --epochs 3',
  )
  expect(commandOf({ argv: ['train', '--epochs', '3'] }, config)).toBe('train --epochs 3')
})

test('a field that may be empty is empty by default, so that a command can leave it out', () => {
  for (const field of fields.filter(({ nullable }) => nullable)) expect(field.default, field.key).toBeNull()
})
