// Freshly drawn parameters are PyTorch's, to the bit, for seeds at both ends of the range.
import { createHash } from 'node:crypto'
import { initialiseParameters, models } from '@lockstep/models'
import { describe, expect, test } from 'vitest'
import { readJson } from './fixtures.ts'

const image = { height: 28, width: 28, channels: 1, classes: 10 }

interface Drawn {
  model: keyof typeof models
  seed: number
  /** Of the float32 values, little-endian, declared order, TensorFlow.js layouts. */
  sha256: string
}

const drawn = readJson<Drawn[]>('initial-weights.json')

test('the fixture knows every model', () => {
  expect(new Set(drawn.map(({ model }) => model))).toEqual(new Set(Object.keys(models)))
})

describe.each(drawn)('$model with seed $seed', ({ model, seed, sha256 }) => {
  test("its initial parameters have the bits of PyTorch's", () => {
    const parameters = initialiseParameters(models[model].parameters(image), seed)
    expect(createHash('sha256').update(parameters).digest('hex')).toBe(sha256)
  })
})
