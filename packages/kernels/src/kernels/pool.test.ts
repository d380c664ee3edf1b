import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectClose, numbers, runKernel, size, tensorOf } from '../../testing/data.ts'
import { type PoolAttributes, type PoolGeometry, poolGeometry, windowsThatFit } from '../geometry.ts'
import { kernelSets } from '../kernel-set.ts'
import * as reference from '../reference/pool.ts'
import { registerKernels } from '../register.ts'

const channelCounts = [1, 2, 3, 4, 5, 16, 17, 32, 33]
const pools: PoolAttributes[] = [
  { filterSize: 2, strides: 2, pad: 'valid' },
  { filterSize: [3, 2], strides: [1, 2], pad: 'same' },
  { filterSize: 3, strides: 1, pad: 1 },
  { filterSize: [1, 3], strides: 2, pad: 'valid' },
]

const pooledShape = (g: PoolGeometry) => [g.batch, g.outHeight, g.outWidth, g.channels]
// Few distinct values, so that windows hold equal maxima.
const coarse = (count: number, seed: number) => numbers(count, seed).map((value) => Math.round(value * 2))

beforeAll(async () => {
  await tf.setBackend('wasm')
})

describe.each(kernelSets)('%s', (set) => {
  beforeAll(() => registerKernels(set))

  test.each(channelCounts)('max-pooling of %i channels and its gradient equal the references', (channels) => {
    for (const [i, attributes] of pools.entries()) {
      const shape = [2, 4 + i, 9 - i, channels]
      const g = poolGeometry(shape, attributes)
      const x = coarse(size(shape), 1)
      const dy = numbers(size(pooledShape(g)), 2)
      const out = new Float32Array(dy.length)
      const dx = new Float32Array(x.length)
      reference.maxPool(g, x, out, null)
      reference.maxPoolGrad(g, x, dy, dx)
      expect(runKernel('MaxPool', { x: tensorOf(x, shape) }, attributes)[0]).toEqual(out)
      const inputs = { dy: tensorOf(dy, pooledShape(g)), input: tensorOf(x, shape), output: tensorOf(out, pooledShape(g)) }
      expectClose(runKernel('MaxPoolGrad', inputs, attributes)[0], dx)
    }
  })

  test.each(channelCounts)('pooling %i channels with positions, unpooling and its gradient equal the references', (channels) => {
    for (const poolSize of [
      [2, 2],
      [3, 1],
      [1, 1],
      [2, 3],
    ] as [number, number][]) {
      const shape = [3, 7, 8, channels]
      const g = windowsThatFit(shape, poolSize)
      const x = coarse(size(shape), 3)
      const pooled = new Float32Array(size(pooledShape(g)))
      const positions = new Int32Array(pooled.length)
      reference.maxPool(g, x, pooled, positions)
      expect(runKernel('MaxPoolWithPositions', { x: tensorOf(x, shape) }, { poolSize })).toEqual([pooled, positions])

      const where = () => tf.tensor(positions, pooledShape(g), 'int32')
      const values = numbers(pooled.length, 4)
      const out = new Float32Array(x.length)
      reference.maxUnpool(g, values, positions, out)
      const unpool = { x: tensorOf(values, pooledShape(g)), positions: where() }
      expect(runKernel('MaxUnpool', unpool, { poolSize, outputShape: shape })[0]).toEqual(out)

      const dy = numbers(x.length, 5)
      const dx = new Float32Array(pooled.length)
      reference.maxUnpoolGrad(g, dy, positions, dx)
      expect(runKernel('MaxUnpoolGrad', { dy: tensorOf(dy, shape), positions: where() }, { poolSize })[0]).toEqual(dx)
    }
  })

  test('the first of equal maxima wins', () => {
    const x = tf.tensor([1, 5, 5, 5], [1, 2, 2, 1])
    expect(runKernel('MaxPoolWithPositions', { x }, { poolSize: [2, 2] }).map((values) => values[0])).toEqual([5, 1])
  })

  test('a NaN in a window is its maximum', () => {
    const x = tf.tensor([1, Number.NaN, 7, 5], [1, 2, 2, 1])
    expect(runKernel('MaxPoolWithPositions', { x }, { poolSize: [2, 2] }).map((values) => values[0])).toEqual([Number.NaN, 1])
  })

  test('positions of another shape are refused', () => {
    const inputs = { x: tf.zeros([1, 1, 1, 1]), positions: tf.zeros([1, 2, 1, 1], 'int32') }
    expect(() => runKernel('MaxUnpool', inputs, { poolSize: [2, 2], outputShape: [1, 2, 2, 1] })).toThrow('positions must be int32')
  })
})
