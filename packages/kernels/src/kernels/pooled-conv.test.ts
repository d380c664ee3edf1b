import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectClose, numbers, runKernel, size, tensorOf } from '../../testing/data.ts'
import { type PooledConvGeometry, pooledConvGeometry } from '../geometry.ts'
import { kernelSets } from '../kernel-set.ts'
import * as reference from '../reference/pooled-conv.ts'
import { registerKernels } from '../register.ts'

interface Case {
  dense: [number, number, number, number]
  features: number
  filterSize: [number, number]
  poolSize: [number, number]
}

// Dense channels on both sides of where lanes change direction, whole and broken rounds of six vectors, odd sizes, odd filters.
const cases: Case[] = [
  { dense: [2, 8, 8, 1], features: 32, filterSize: [3, 3], poolSize: [2, 2] },
  { dense: [3, 7, 9, 1], features: 5, filterSize: [3, 3], poolSize: [2, 2] },
  { dense: [2, 9, 7, 3], features: 9, filterSize: [3, 3], poolSize: [2, 2] },
  { dense: [1, 6, 6, 2], features: 7, filterSize: [5, 4], poolSize: [1, 4] },
  { dense: [2, 8, 5, 7], features: 3, filterSize: [2, 3], poolSize: [4, 1] },
  { dense: [2, 6, 6, 32], features: 16, filterSize: [3, 3], poolSize: [2, 2] },
  { dense: [2, 7, 5, 8], features: 17, filterSize: [3, 2], poolSize: [2, 2] },
  { dense: [1, 5, 9, 40], features: 4, filterSize: [1, 3], poolSize: [1, 4] },
  { dense: [1, 9, 4, 24], features: 1, filterSize: [5, 5], poolSize: [4, 1] },
  { dense: [1, 2, 2, 1], features: 1, filterSize: [1, 1], poolSize: [2, 2] },
]

function operandsOf({ dense, features, filterSize, poolSize }: Case) {
  const filterShape = [...filterSize, dense[3], features]
  const g: PooledConvGeometry = pooledConvGeometry(dense, filterShape, poolSize)
  const pooled = [g.batch, g.rows, g.columns, g.features]
  const positions = Int32Array.from(numbers(size(pooled), 5), (value) => Math.floor(2 * value + 2))
  const [x, filter, y] = [numbers(size(dense), 1), numbers(size(filterShape), 2), numbers(size(pooled), 4)]
  return { g, pooled, filterShape, positions, x, filter, y }
}

beforeAll(async () => {
  await tf.setBackend('wasm')
})

describe.each(kernelSets)('%s', (set) => {
  beforeAll(() => registerKernels(set))

  describe.each(cases)('$dense to $features features, filter $filterSize, windows $poolSize', (sizes) => {
    const { dense, poolSize } = sizes
    const { g, pooled, filterShape, positions, x, filter, y } = operandsOf(sizes)
    const filterTensor = () => tensorOf(filter, filterShape)
    const positionsTensor = () => tf.tensor(positions, pooled, 'int32')

    test('pooled convolution equals the reference', () => {
      const bias = numbers(g.features, 3)
      const [values, where] = [new Float32Array(y.length), new Int32Array(y.length)]
      reference.pooledConv2d(g, x, filter, bias, values, where)
      const inputs = { x: tensorOf(x, dense), filter: filterTensor(), bias: tensorOf(bias, [g.features]) }
      const outputs = runKernel('PooledConv2D', inputs, { poolSize })
      expectClose(outputs[0], values)
      expect(outputs[1]).toEqual(where)
    })

    test('convolution at positions equals the reference', () => {
      const values = new Float32Array(y.length)
      reference.pooledConv2dAtPositions(g, x, positions, filter, values)
      const inputs = { x: tensorOf(x, dense), positions: positionsTensor(), filter: filterTensor() }
      expectClose(runKernel('PooledConv2DAtPositions', inputs, { poolSize })[0], values)
    })

    test("the filter's gradient equals the reference", () => {
      const dFilter = new Float32Array(filter.length)
      reference.pooledConv2dBackpropFilter(g, x, y, positions, dFilter)
      const inputs = { x: tensorOf(x, dense), dy: tensorOf(y, pooled), positions: positionsTensor() }
      expectClose(runKernel('PooledConv2DBackpropFilter', inputs, { poolSize, filterShape })[0], dFilter)
    })

    test('transposed convolution of an unpooled picture equals the reference, with a bias and without', () => {
      for (const bias of [numbers(g.channels, 6), null]) {
        const out = new Float32Array(x.length)
        reference.unpooledConv2dTranspose(g, y, positions, filter, bias, out)
        const inputs = { x: tensorOf(y, pooled), positions: positionsTensor(), filter: filterTensor() }
        const withBias = bias === null ? inputs : { ...inputs, bias: tensorOf(bias, [g.channels]) }
        expectClose(runKernel('UnpooledConv2DTranspose', withBias, { poolSize, outputShape: dense })[0], out)
      }
    })
  })

  test('the first of equal maxima wins, and a NaN beats every number', () => {
    const pool = (values: number[]) => {
      const inputs = { x: tf.tensor(values, [1, 2, 2, 1]), filter: tf.ones([1, 1, 1, 1]), bias: tf.zeros([1]) }
      return runKernel('PooledConv2D', inputs, { poolSize: [2, 2] }).map(([value]) => value)
    }
    expect(pool([1, 5, 5, 5])).toEqual([5, 1])
    expect(pool([1, 2, 9, 3])).toEqual([9, 2])
    expect(pool([1, Number.NaN, 7, 5])).toEqual([Number.NaN, 1])
  })

  test('windows of other than four pixels and wrong shapes are refused', () => {
    const inputs = { x: tf.zeros([1, 3, 3, 1]), filter: tf.zeros([1, 1, 1, 2]), bias: tf.zeros([2]) }
    expect(() => runKernel('PooledConv2D', inputs, { poolSize: [3, 3] })).toThrow('a window must have 4 pixels, got 3 x 3')
    expect(() => runKernel('PooledConv2D', { ...inputs, bias: tf.zeros([1]) }, { poolSize: [2, 2] })).toThrow('bias must have shape [2]')
    const pooled = { x: tf.zeros([1, 1, 1, 2]), positions: tf.zeros([1, 1, 1, 2]), filter: tf.zeros([1, 1, 1, 2]) }
    const attributes = { poolSize: [2, 2], outputShape: [1, 3, 3, 1] }
    expect(() => runKernel('UnpooledConv2DTranspose', pooled, attributes)).toThrow('positions must be int32, got float32')
  })
})
