// Against the study's published numbers; test/golden compares every bit of every model with PyTorch's.
import { describe, expect, test } from 'vitest'
import { initialiseParameters } from './initialise.ts'
import { type Model, parameterCount, sizeOfShape } from './model.ts'
import { models } from './registries.ts'

const image = { height: 28, width: 28, channels: 1, classes: 10 }
// The study prints eight digits.
const printed = 1e-8

/** The parameters of one tensor, indexed as in its shape. */
function readTensor(model: Model, seed: number, wanted: string): (...index: number[]) => number {
  const specs = model.parameters(image)
  const flat = initialiseParameters(specs, seed)
  let offset = 0
  for (const { name, shape } of specs) {
    if (name === wanted) {
      const start = offset
      return (...index) => flat[start + shape.reduce((position, extent, axis) => position * extent + index[axis], 0)]
    }
    offset += sizeOfShape(shape)
  }
  throw new Error(`${wanted}: must be a parameter, got none of that name`)
}

const autoencoder = models['conv-autoencoder']

// The first values that seed 42 draws, in PyTorch's memory order: along the kernel's columns first.
test.each([
  [[0, 0, 0, 0], 0.25484619],
  [[0, 1, 0, 0], 0.27666932],
  [[0, 2, 0, 0], -0.07809083],
  [[1, 0, 0, 0], 0.30620378],
])('enc1.weight at %o is %f with seed 42', (index, value) => {
  expect(Math.abs(readTensor(autoencoder, 42, 'enc1.weight')(...index) - value)).toBeLessThan(printed)
})

test.each([
  ['enc1.bias', [0], 0.27944374],
  ['enc2.weight', [0, 0, 0, 0], -0.04095533],
  ['fc1.weight', [0, 0], 0.02288432],
  ['fc4.weight', [0, 0], -0.1074048],
  ['dec2.weight', [0, 0, 0, 0], 0.05032587],
  ['dec1.weight', [0, 0, 0, 0], -0.13503322],
  ['dec1.bias', [0], -0.23795664],
])('%s starts at %o with %f with seed 42', (name, index, value) => {
  expect(Math.abs(readTensor(autoencoder, 42, name)(...index) - value)).toBeLessThan(printed)
})

describe.each(Object.entries<Model>(models))('%s', (_name, model) => {
  const specs = model.parameters(image)

  test('the same seed gives the same bits, another seed others', () => {
    const flat = initialiseParameters(specs, 5)
    const differences = (seed: number) => initialiseParameters(specs, seed).filter((value, i) => value !== flat[i]).length
    expect(differences(5)).toBe(0)
    expect(differences(6)).toBeGreaterThan(0.99 * flat.length)
  })

  test('the values of every tensor are within its bound, and those of large ones come near both ends', () => {
    const flat = initialiseParameters(specs, 5)
    expect(flat).toHaveLength(parameterCount(specs))
    let offset = 0
    for (const { name, shape, init } of specs) {
      const values = flat.subarray(offset, offset + sizeOfShape(shape)).toSorted()
      offset += values.length
      const [smallest, largest] = [values[0] / init.bound, values[values.length - 1] / init.bound]
      expect(Math.max(-smallest, largest), name).toBeLessThanOrEqual(1)
      if (values.length > 1000) expect(Math.min(-smallest, largest), name).toBeGreaterThan(0.99)
    }
  })
})
