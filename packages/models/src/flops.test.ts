import { expect, test } from 'vitest'
import { flopsPerExample } from './flops.ts'
import { convolution, dense, transposedConvolution } from './parameters.ts'
import { models } from './registries.ts'

const digits = { height: 28, width: 28, channels: 1, classes: 10 }

test('the autoencoder takes 13.9 MFLOP per picture and step', () => {
  // Forward, multiplications alone: enc1 and dec1 225,792 each, enc2 and dec2 903,168 each, the four dense layers 133,280.
  const forward = 2 * (2 * 225_792 + 2 * 903_168 + 133_280)
  const flops = flopsPerExample(models['conv-autoencoder'].parameters(digits))
  expect(flops).toBe(3 * forward - 2 * 225_792)
  expect((flops ?? 0) / 1e6).toBeCloseTo(13.9, 1)
})

test('a dense layer takes two operations a weight, and two more for its weight gradient', () => {
  expect(flopsPerExample(models['softmax-regression'].parameters(digits))).toBe(2 * 2 * 784 * 10)
})

test('only the first layer is spared its input gradient', () => {
  expect(flopsPerExample([...dense('a', 3, 5), ...dense('b', 5, 7)])).toBe(2 * 2 * 15 + 3 * 2 * 35)
})

test('a convolution counts at its output pixels, a transposed one at its input pixels', () => {
  const layer = { kernel: 3, inputs: 2, outputs: 4, positions: 49 }
  expect(flopsPerExample(convolution('c', layer))).toBe(2 * 2 * 9 * 2 * 4 * 49)
  expect(flopsPerExample(transposedConvolution('t', layer))).toBe(flopsPerExample(convolution('c', layer)))
})

test('a weight that does not say where it is applied leaves the count unknown', () => {
  const [weight, bias] = dense('a', 3, 5)
  expect(flopsPerExample([{ ...weight, positions: undefined }, bias])).toBeNull()
})
