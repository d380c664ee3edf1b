import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectClose, numbers, runKernel, size, tensorOf } from '../../testing/data.ts'
import { kernelSets } from '../kernel-set.ts'
import * as elementwise from '../reference/elementwise.ts'
import { dense, matMul } from '../reference/mat-mul.ts'
import { sumRows } from '../reference/sum.ts'
import { registerKernels } from '../register.ts'

const lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1000]
// The rational approximation of tanh is this close to Math.tanh over all floats, by exhaustive measurement.
const TANH_RELATIVE_ERROR = 5e-7

beforeAll(async () => {
  await tf.setBackend('wasm')
})

describe.each(kernelSets)('%s', (set) => {
  beforeAll(() => registerKernels(set))

  test.each(lengths)('elementwise kernels of %i elements equal the references', (length) => {
    const [a, b] = [numbers(length, 1), numbers(length, 2)]
    const expected = new Float32Array(length)
    elementwise.tanhGrad(a, b, expected)
    expectClose(runKernel('TanhGrad', { y: tensorOf(a, [length]), dy: tensorOf(b, [length]) })[0], expected)
    elementwise.reluGrad(a, b, expected)
    expect(runKernel('ReluGrad', { dy: tensorOf(a, [length]), x: tensorOf(b, [length]) })[0]).toEqual(expected)
    elementwise.tanh(a, expected)
    expectClose(runKernel('Tanh', { x: tensorOf(a, [length]) })[0], expected)
  })

  test('tanh is accurate from the smallest to the largest float and never beyond 1', () => {
    const bits = Uint32Array.from({ length: 40000 }, (_, i) => i * 53330)
    const x = new Float32Array(bits.buffer).filter(Number.isFinite)
    const [y] = runKernel('Tanh', { x: tensorOf(x, [x.length]) })
    const worst = y.reduce((error, value, i) => {
      const exact = Math.tanh(x[i])
      return Math.max(error, Math.abs(value) > 1 ? 1 : exact === 0 ? Math.abs(value) : Math.abs((value - exact) / exact))
    }, 0)
    expect(worst).toBeLessThan(TANH_RELATIVE_ERROR)
  })

  test('tanh keeps NaN, infinities and the sign of zero', () => {
    const x = new Float32Array([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0])
    expect(runKernel('Tanh', { x: tensorOf(x, [5]) })[0]).toEqual(new Float32Array([Number.NaN, 1, -1, -0, 0]))
  })

  test("an element's bits do not depend on where it stands", () => {
    const x = new Float32Array(9).fill(0.7312)
    expect(new Set(runKernel('Tanh', { x: tensorOf(x, [9]) })[0]).size).toBe(1)
    expect(new Set(runKernel('TanhGrad', { y: tensorOf(x, [9]), dy: tensorOf(x, [9]) })[0]).size).toBe(1)
  })

  test.each([1, 2, 3, 5, 6, 7, 16, 17, 32, 33])('a matrix product with %i rows equals the reference for every transposition', (rows) => {
    for (const [depth, columns] of [
      [1, 1],
      [3, 5],
      [8, 8],
      [9, 17],
      [80, 49],
      [1100, 16],
      [0, 3],
      [33, 2],
    ]) {
      for (const [transposeA, transposeB] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ]) {
        const g = { rows, depth, columns, transposeA, transposeB }
        const [a, b] = [numbers(rows * depth, 1), numbers(depth * columns, 2)]
        const expected = new Float32Array(rows * columns)
        matMul(g, a, b, expected)
        const inputs = {
          a: tensorOf(a, [1, ...(transposeA ? [depth, rows] : [rows, depth])]),
          b: tensorOf(b, [1, ...(transposeB ? [columns, depth] : [depth, columns])]),
        }
        expectClose(runKernel('BatchMatMul', inputs, { transposeA, transposeB })[0], expected, JSON.stringify(g))
      }
    }
  })

  test('a dense layer equals the reference, and refuses sizes that do not fit', () => {
    for (const [rows, depth, columns] of [
      [10, 784, 80],
      [10, 80, 49],
      [1, 1, 1],
      [3, 1100, 9],
      [5, 0, 7],
    ]) {
      const g = { rows, depth, columns, transposeA: false, transposeB: false }
      const [x, weight, bias] = [numbers(rows * depth, 1), numbers(depth * columns, 2), numbers(columns, 3)]
      const expected = new Float32Array(rows * columns)
      dense(g, x, weight, bias, expected)
      const inputs = { x: tensorOf(x, [rows, depth]), weight: tensorOf(weight, [depth, columns]), bias: tensorOf(bias, [columns]) }
      expectClose(runKernel('Dense', inputs)[0], expected, JSON.stringify(g))
    }
    const wrong = { x: tf.zeros([2, 3]), weight: tf.zeros([4, 5]), bias: tf.zeros([5]) }
    expect(() => runKernel('Dense', wrong)).toThrow('inner sizes must agree, got 3 and 4')
    expect(() => runKernel('Dense', { ...wrong, x: tf.zeros([2, 4]), bias: tf.zeros([4]) })).toThrow('bias must have shape [5], got [4]')
  })

  test('matrices of a batch are multiplied pair by pair', () => {
    const [a, b] = [tensorOf(numbers(24, 1), [4, 2, 3]), tensorOf(numbers(12, 2), [4, 3, 1])]
    const pairs = tf.unstack(a).map((left, i) => tf.matMul(left as tf.Tensor2D, tf.unstack(b)[i] as tf.Tensor2D))
    expect(tf.matMul(a, b).dataSync()).toEqual(tf.stack(pairs).dataSync())
  })

  test.each([[[1]], [[7]], [[130, 1]], [[4, 5, 33]], [[3, 7, 7, 16]], [[2, 9, 9, 1]], [[500, 3]]])(
    'sums of %j over leading axes equal the reference',
    (shape) => {
      const x = numbers(size(shape), 1)
      for (let axes = 1; axes <= shape.length; axes++) {
        const expected = new Float32Array(size(shape.slice(axes)))
        sumRows(x, expected)
        const axis = shape.slice(0, axes).map((_, i) => i)
        expectClose(runKernel('Sum', { x: tensorOf(x, shape) }, { axis })[0], expected)
      }
    },
  )

  test('a sum keeps reduced axes when asked and leaves trailing axes to the stock kernel', () => {
    const x = tf.tensor([1, 2, 3, 4, 5, 6], [2, 3])
    expect(tf.sum(x, 0, true).arraySync()).toEqual([[5, 7, 9]])
    expect(tf.sum(x, 1).arraySync()).toEqual([6, 15])
    expect(tf.sum(x, [-2]).arraySync()).toEqual([5, 7, 9])
    expect(tf.sum(x).arraySync()).toBe(21)
    expect(tf.sum(tf.tensor([1, 2], [2], 'int32')).dtype).toBe('int32')
  })

  test('a clone outlives its original', () => {
    const original = tf.tensor([1, 2, 3])
    const copy = original.clone()
    original.dispose()
    tf.tensor([9, 9, 9])
    expect(copy.arraySync()).toEqual([1, 2, 3])
  })
})
