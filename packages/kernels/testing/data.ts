import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

// The fast kernels sum up to a few hundred products of numbers in [-1, 1] in single precision, the references in
// double: some tens of units in the last place of the largest value, nothing near what a wrong index would cause.
const ROUNDING = 64 * 2 ** -24

/** `count` numbers in [-1, 1), the same for the same seed (a linear congruential generator). */
export function numbers(count: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}

export const size = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1)

export const tensorOf = (values: Float32Array, shape: number[]): Tensor => tf.tensor(values, shape, 'float32')

/** Runs a registered kernel and returns its outputs' values, leaving no tensor behind. */
export function runKernel(name: string, inputs: Record<string, Tensor>, attributes: object = {}): Float32Array[] {
  const result = tf.engine().runKernel<Tensor | Tensor[]>(name, inputs, attributes as tf.NamedAttrMap)
  const outputs = Array.isArray(result) ? result : [result]
  const values = outputs.map((output) => output.dataSync() as Float32Array)
  tf.dispose([outputs, inputs])
  return values
}

export function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, label = ''): void {
  expect(got.length, label).toBe(expected.length)
  let largest = 0
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]))
    const difference = Math.abs(got[i] - expected[i])
    worst = difference >= worst ? difference : Number.isNaN(difference) ? Number.POSITIVE_INFINITY : worst
  }
  expect(worst, label).toBeLessThanOrEqual(ROUNDING * (1 + largest))
}
