import type { TensorInfo } from '@tensorflow/tfjs-core'
import { addressOf } from '../backend.ts'
import { type PoolAttributes, type PoolGeometry, poolGeometry, windowsThatFit } from '../geometry.ts'
import { areFloats, defineKernel } from './kernel.ts'

type PoolSize = [number, number]

const pooledShape = (g: PoolGeometry) => [g.batch, g.outHeight, g.outWidth, g.channels]

function checkPositions(name: string, pooled: number[], positions: TensorInfo): void {
  if (positions.dtype !== 'int32' || positions.shape.join() !== pooled.join()) {
    throw new RangeError(`${name}: positions must be int32 of shape [${pooled}], got ${positions.dtype} of shape [${positions.shape}]`)
  }
}

export const maxPool = defineKernel<{ x: TensorInfo }, PoolAttributes>('MaxPool', ({ inputs, attrs, backend, math }) => {
  const { x } = inputs
  if (!areFloats(x)) return null
  const g = poolGeometry(x.shape, attrs)
  const out = backend.makeOutput(pooledShape(g), 'float32')
  math.maxPool(g, addressOf(backend, x), addressOf(backend, out), 0)
  return out
})

export const maxPoolGrad = defineKernel<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes>(
  'MaxPoolGrad',
  ({ inputs, attrs, backend, math }) => {
    const { dy, input } = inputs
    if (!areFloats(dy, input)) return null
    const g = poolGeometry(input.shape, attrs)
    const dx = backend.makeOutput(input.shape, 'float32')
    math.maxPoolGrad(g, addressOf(backend, input), addressOf(backend, dy), addressOf(backend, dx))
    return dx
  },
)

export const maxPoolWithPositions = defineKernel<{ x: TensorInfo }, { poolSize: PoolSize }>(
  'MaxPoolWithPositions',
  ({ inputs, attrs, backend, math }) => {
    const { x } = inputs
    if (!areFloats(x)) return null
    const g = windowsThatFit(x.shape, attrs.poolSize)
    const pooled = backend.makeOutput(pooledShape(g), 'float32')
    const positions = backend.makeOutput(pooledShape(g), 'int32')
    math.maxPool(g, addressOf(backend, x), addressOf(backend, pooled), addressOf(backend, positions))
    return [pooled, positions]
  },
)

export const maxUnpool = defineKernel<{ x: TensorInfo; positions: TensorInfo }, { poolSize: PoolSize; outputShape: number[] }>(
  'MaxUnpool',
  ({ inputs, attrs, backend, math }) => {
    const { x, positions } = inputs
    if (!areFloats(x)) return null
    const g = windowsThatFit(attrs.outputShape, attrs.poolSize)
    if (x.shape.join() !== pooledShape(g).join()) {
      throw new RangeError(`MaxUnpool: x must have shape [${pooledShape(g)}] for output [${attrs.outputShape}], got [${x.shape}]`)
    }
    checkPositions('MaxUnpool', x.shape, positions)
    const out = backend.makeOutput(attrs.outputShape, 'float32')
    math.maxUnpool(g, addressOf(backend, x), addressOf(backend, positions), addressOf(backend, out))
    return out
  },
)

export const maxUnpoolGrad = defineKernel<{ dy: TensorInfo; positions: TensorInfo }, { poolSize: PoolSize }>(
  'MaxUnpoolGrad',
  ({ inputs, attrs, backend, math }) => {
    const { dy, positions } = inputs
    if (!areFloats(dy)) return null
    const g = windowsThatFit(dy.shape, attrs.poolSize)
    checkPositions('MaxUnpoolGrad', pooledShape(g), positions)
    const dx = backend.makeOutput(pooledShape(g), 'float32')
    math.maxUnpoolGrad(g, addressOf(backend, dy), addressOf(backend, positions), addressOf(backend, dx))
    return dx
  },
)
