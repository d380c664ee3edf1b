import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectClose, numbers, runKernel, size, tensorOf } from '../../testing/data.ts'
import { type ConvAttributes, type ConvGeometry, convGeometry } from '../geometry.ts'
import { kernelSets } from '../kernel-set.ts'
import * as reference from '../reference/conv2d.ts'
import { registerKernels } from '../register.ts'

type Shape4 = [number, number, number, number]

interface Case {
  readonly x: Shape4
  readonly filter: Shape4
  readonly attributes: ConvAttributes
}

const channelCounts = [1, 2, 3, 5, 16, 17, 32, 33]
const filterSizes = [
  [3, 3],
  [1, 1],
  [2, 3],
  [5, 4],
  [3, 1],
] as const
const strides: [number, number][] = [
  [1, 1],
  [2, 2],
  [1, 2],
  [3, 1],
]
const pads: ConvAttributes['pad'][] = [
  'same',
  'valid',
  1,
  [
    [0, 0],
    [2, 0],
    [1, 3],
    [0, 0],
  ],
]

// Every pair of channel counts, each with another mix of batch, size, filter, stride and padding.
function* cases(): Generator<Case> {
  let i = 0
  for (const inChannels of channelCounts) {
    for (const outChannels of channelCounts) {
      i++
      const [kh, kw] = filterSizes[i % filterSizes.length]
      const height = Math.max(kh, 1 + ((i * 5) % 9))
      const width = Math.max(kw, 1 + ((i * 7) % 9))
      yield {
        x: [1 + (i % 3), height, width, inChannels],
        filter: [kh, kw, inChannels, outChannels],
        attributes: { strides: strides[(i >> 1) % 4], pad: pads[(i >> 3) % 4], dimRoundingMode: 'floor' },
      }
    }
  }
  // The autoencoder's own, and sizes from 1 to 9 with each padding.
  yield { x: [2, 28, 28, 1], filter: [3, 3, 1, 32], attributes: { strides: 1, pad: 'same' } }
  yield { x: [2, 14, 14, 32], filter: [3, 3, 32, 16], attributes: { strides: 1, pad: 'same' } }
  for (let extent = 1; extent <= 9; extent++) {
    for (const pad of ['same', 'valid', 2] as const) {
      const kernel = pad === 'valid' ? Math.min(3, extent) : 3
      yield {
        x: [1, extent, 10 - extent, 3],
        filter: [kernel, 1, 3, 9],
        attributes: { strides: 1 + (extent % 2), pad, dimRoundingMode: 'floor' },
      }
    }
  }
}

function geometryOf({ x, filter, attributes }: Case): ConvGeometry {
  const g = convGeometry(x, filter, attributes)
  if (!g) throw new Error('the case must be one that our kernels compute')
  return g
}

const outShape = (g: ConvGeometry) => [g.batch, g.outHeight, g.outWidth, g.outChannels]

beforeAll(async () => {
  await tf.setBackend('wasm')
})

describe.each(kernelSets)('%s', (set) => {
  beforeAll(() => registerKernels(set))

  test.each([...cases()])('a convolution of $x with $filter and both its gradients equal the references', (c) => {
    const g = geometryOf(c)
    const [x, filter, dy] = [numbers(size(c.x), 1), numbers(size(c.filter), 2), numbers(size(outShape(g)), 3)]
    const label = JSON.stringify(c)

    const out = new Float32Array(dy.length)
    reference.conv2d(g, x, filter, out)
    expectClose(runKernel('Conv2D', { x: tensorOf(x, c.x), filter: tensorOf(filter, c.filter) }, c.attributes)[0], out, label)

    const dx = new Float32Array(x.length)
    reference.conv2dBackpropInput(g, dy, filter, dx)
    const inputs = { dy: tensorOf(dy, outShape(g)), filter: tensorOf(filter, c.filter) }
    expectClose(runKernel('Conv2DBackpropInput', inputs, { ...c.attributes, inputShape: c.x })[0], dx, label)

    const dFilter = new Float32Array(filter.length)
    reference.conv2dBackpropFilter(g, x, dy, dFilter)
    const pair = { x: tensorOf(x, c.x), dy: tensorOf(dy, outShape(g)) }
    expectClose(runKernel('Conv2DBackpropFilter', pair, { ...c.attributes, filterShape: c.filter })[0], dFilter, label)
  })

  test('a dilated convolution is left to the stock kernel', () => {
    const x = tf.reshape(tf.range(0, 25), [1, 5, 5, 1]) as tf.Tensor4D
    const y = tf.conv2d(x, tf.ones([3, 3, 1, 1]), 1, 'valid', 'NHWC', 2)
    expect([...y.dataSync()]).toEqual([108])
  })

  test('a gradient of a dilated convolution, which has no stock kernel, is refused', () => {
    const attributes = { strides: 1, pad: 'valid', dilations: 2, filterShape: [3, 3, 1, 1] }
    const inputs = { x: tf.zeros([1, 5, 5, 1]), dy: tf.zeros([1, 1, 1, 1]) }
    expect(() => runKernel('Conv2DBackpropFilter', inputs, attributes)).toThrow('without dilation')
  })
})
