// Pooling with positions and unpooling, by our kernels and by stock ops, against the plain loops: the same values everywhere.
import { type PoolGeometry, referenceMaxPool, referenceMaxUnpool, referenceMaxUnpoolGrad } from '@lockstep/kernels'
import { MersenneTwister, maxPoolWithPositions, maxUnpool } from '@lockstep/models'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends } from './backends.ts'

type Shape = [number, number, number, number]

// The stock backend comes first: registered kernels stay.
const everywhere: [string, () => Promise<unknown>][] = [['wasm, stock kernels', () => tf.setBackend('wasm')], ...Object.entries(backends)]
const cases: { shape: Shape; poolSize: [number, number] }[] = [
  { shape: [2, 6, 8, 3], poolSize: [2, 2] },
  { shape: [2, 5, 7, 3], poolSize: [2, 2] },
  { shape: [1, 9, 8, 17], poolSize: [2, 2] },
  { shape: [3, 7, 9, 2], poolSize: [3, 2] },
  { shape: [1, 2, 2, 1], poolSize: [2, 2] },
]

/** Numbers of few values: most windows hold their maximum more than once. */
function fewValues(count: number, seed: number): Float32Array {
  const generator = new MersenneTwister(seed)
  return Float32Array.from({ length: count }, () => (generator.nextUint32() % 3) - 1.5)
}

function geometryOf([batch, height, width, channels]: Shape, [poolHeight, poolWidth]: [number, number]): PoolGeometry {
  const outSize = { outHeight: Math.floor(height / poolHeight), outWidth: Math.floor(width / poolWidth) }
  const strides = { strideHeight: poolHeight, strideWidth: poolWidth, padTop: 0, padLeft: 0 }
  return { batch, height, width, channels, ...outSize, poolHeight, poolWidth, ...strides }
}

/** Without the sign of zeros, which multiplying by a mask may set. */
const plain = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value + 0)

describe.each(everywhere)('%s', (_backend, use) => {
  beforeAll(use)

  describe.each(cases)('$shape in windows of $poolSize', ({ shape, poolSize }) => {
    const geometry = geometryOf(shape, poolSize)
    const pooledShape: Shape = [shape[0], geometry.outHeight, geometry.outWidth, shape[3]]
    const pooledSize = tf.util.sizeFromShape(pooledShape)
    const x = fewValues(tf.util.sizeFromShape(shape), 1)
    const pooled = new Float32Array(pooledSize)
    const positions = new Int32Array(pooledSize)
    referenceMaxPool(geometry, x, pooled, positions)
    const dy = fewValues(pooledSize, 2)
    const unpooled = new Float32Array(x.length)
    referenceMaxUnpool(geometry, dy, positions, unpooled)

    test('the maxima and their first positions are found', () => {
      tf.tidy(() => {
        const result = maxPoolWithPositions(tf.tensor4d(x, shape), poolSize)
        expect(result.values.shape).toEqual(pooledShape)
        expect(result.positions.dtype).toBe('int32')
        expect(plain(result.values.dataSync())).toEqual(plain(pooled))
        expect(plain(result.positions.dataSync())).toEqual(plain(positions))
      })
    })

    test('the gradient of pooling goes to the maxima', () => {
      tf.tidy(() => {
        const pool = (images: tf.Tensor) => maxPoolWithPositions(images as tf.Tensor4D, poolSize).values
        const dx = tf.grad(pool)(tf.tensor4d(x, shape), tf.tensor4d(dy, pooledShape))
        expect(plain(dx.dataSync())).toEqual(plain(unpooled))
      })
    })

    test('unpooling puts values where the maxima stood', () => {
      tf.tidy(() => {
        const where = tf.tensor4d(positions, pooledShape, 'int32')
        const result = maxUnpool(tf.tensor4d(dy, pooledShape), where, poolSize, shape)
        expect(result.shape).toEqual(shape)
        expect(plain(result.dataSync())).toEqual(plain(unpooled))
      })
    })

    test('the gradient of unpooling comes from where the maxima stood', () => {
      const want = new Float32Array(pooledSize)
      referenceMaxUnpoolGrad(geometry, x, positions, want)
      tf.tidy(() => {
        const where = tf.tensor4d(positions, pooledShape, 'int32')
        const unpool = (values: tf.Tensor) => maxUnpool(values as tf.Tensor4D, where, poolSize, shape)
        expect(plain(tf.grad(unpool)(tf.tensor4d(dy, pooledShape), tf.tensor4d(x, shape)).dataSync())).toEqual(plain(want))
      })
    })

    test('pooling what was unpooled at the maxima gives positive values back', () => {
      tf.tidy(() => {
        const positive = tf.abs(tf.tensor4d(dy, pooledShape))
        const where = tf.tensor4d(positions, pooledShape, 'int32')
        const again = maxPoolWithPositions(maxUnpool(positive, where, poolSize, shape), poolSize)
        expect(plain(again.values.dataSync())).toEqual(plain(positive.dataSync()))
        expect(plain(again.positions.dataSync())).toEqual(plain(positions))
      })
    })

    test('nothing is left behind', () => {
      const before = tf.memory().numTensors
      tf.tidy(() => {
        const where = tf.tensor4d(positions, pooledShape, 'int32')
        maxUnpool(tf.tensor4d(dy, pooledShape), where, poolSize, shape)
        maxPoolWithPositions(tf.tensor4d(x, shape), poolSize)
      })
      expect(tf.memory().numTensors).toBe(before)
    })
  })
})
