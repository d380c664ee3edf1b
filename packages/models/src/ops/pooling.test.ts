// Pooling with positions and its inverse, on the cpu backend: the portable form, from stock ops.
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import '../autodiff.ts'
import { maxPoolWithPositions } from './max-pool-with-positions.ts'
import { maxUnpool } from './max-unpool.ts'

beforeAll(() => tf.setBackend('cpu'))
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

const valuesOf = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync())
const picture = (rows: number[][]): tf.Tensor4D => tf.tensor4d(rows.flat(), [1, rows.length, rows[0].length, 1])

test('each window gives its maximum and where it stood', () => {
  const image = picture([
    [1, 2, 8, 7],
    [4, 3, 5, 6],
  ])
  const { values, positions } = maxPoolWithPositions(image, [2, 2])
  expect(values.shape).toEqual([1, 1, 2, 1])
  expect(positions.dtype).toBe('int32')
  expect([valuesOf(values), valuesOf(positions)]).toEqual([
    [4, 8],
    [2, 0],
  ])
})

test('the first of equal maxima in reading order wins', () => {
  const image = picture([
    [0, 0, -1, 3],
    [0, 0, 3, 3],
  ])
  expect(valuesOf(maxPoolWithPositions(image, [2, 2]).positions)).toEqual([0, 1])
})

test('rows and columns that fill no window are dropped, and get neither values nor gradients', () => {
  const image = tf.tensor4d(
    Array.from({ length: 25 }, (_, i) => i),
    [1, 5, 5, 1],
  )
  const { values, positions } = maxPoolWithPositions(image, [2, 2])
  expect(valuesOf(values)).toEqual([6, 8, 16, 18])
  const marked = [6, 8, 16, 18].reduce((all, index) => all.with(index, 1), new Array<number>(25).fill(0))
  expect(valuesOf(maxUnpool(tf.onesLike(values), positions, [2, 2], [1, 5, 5, 1]))).toEqual(marked)
  const gradient = tf.grad((x) => tf.sum(maxPoolWithPositions(x as tf.Tensor4D, [2, 2]).values))(image)
  expect(valuesOf(gradient)).toEqual(marked)
})

test('pooling what was unpooled gives the values back, where they are positive', () => {
  const image = tf.randomUniform<tf.Rank.R4>([2, 6, 4, 3], 0, 1, 'float32', 1)
  const { values, positions } = maxPoolWithPositions(image, [2, 2])
  const again = maxPoolWithPositions(maxUnpool(values, positions, [2, 2], image.shape), [2, 2])
  expect(valuesOf(again.values)).toEqual(valuesOf(values))
  expect(valuesOf(again.positions)).toEqual(valuesOf(positions))
})

test("unpooling a value is pooling's gradient of it", () => {
  const image = tf.randomUniform<tf.Rank.R4>([2, 5, 7, 3], -1, 1, 'float32', 2)
  const { values, positions } = maxPoolWithPositions(image, [2, 3])
  const dy = tf.randomUniform<tf.Rank.R4>(values.shape, -1, 1, 'float32', 3)
  const gradient = tf.grad((x) => maxPoolWithPositions(x as tf.Tensor4D, [2, 3]).values)(image, dy)
  expect(valuesOf(gradient)).toEqual(valuesOf(maxUnpool(dy, positions, [2, 3], image.shape)))
})

test("unpooling's gradient gathers what lies at the positions", () => {
  const image = picture([
    [1, 2, 8, 7],
    [4, 3, 5, 6],
  ])
  const { values, positions } = maxPoolWithPositions(image, [2, 2])
  const dy = picture([
    [10, 11, 12, 13],
    [14, 15, 16, 17],
  ])
  const gradient = tf.grad((x) => maxUnpool(x as tf.Tensor4D, positions, [2, 2], [1, 2, 4, 1]))(values, dy)
  expect(valuesOf(gradient)).toEqual([14, 12])
})

test('a gradient through pooling and unpooling leaves no tensor behind', () => {
  const image = tf.ones([1, 4, 4, 2]) as tf.Tensor4D
  const before = tf.memory().numTensors
  const loss = (x: tf.Tensor): tf.Scalar => {
    const { values, positions } = maxPoolWithPositions(x as tf.Tensor4D, [2, 2])
    return tf.sum(maxUnpool(values, positions, [2, 2], image.shape))
  }
  tf.dispose(tf.tidy(() => tf.valueAndGrad(loss)(image)))
  expect(tf.memory().numTensors).toBe(before)
})
