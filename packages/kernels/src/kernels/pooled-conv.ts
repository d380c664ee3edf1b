import type { TensorInfo } from '@tensorflow/tfjs-core'
import { addressOf } from '../backend.ts'
import { type PooledConvGeometry, pooledConvGeometry } from '../geometry.ts'
import { areFloats, defineKernel } from './kernel.ts'

type PoolSize = [number, number]
type Shape4D = [number, number, number, number]

const pooledShape = (g: PooledConvGeometry) => [g.batch, g.rows, g.columns, g.features]

function checkShape(what: string, { shape }: TensorInfo, expected: number[]): void {
  if (shape.join() !== expected.join()) throw new RangeError(`${what} must have shape [${expected}], got [${shape}]`)
}

function checkPooled(name: string, g: PooledConvGeometry, pooled: TensorInfo, positions: TensorInfo): void {
  checkShape(`${name}: the pooled values`, pooled, pooledShape(g))
  checkPositions(name, g, positions)
}

function checkPositions(name: string, g: PooledConvGeometry, positions: TensorInfo): void {
  if (positions.dtype !== 'int32') throw new RangeError(`${name}: positions must be int32, got ${positions.dtype}`)
  checkShape(`${name}: positions`, positions, pooledShape(g))
}

export const pooledConv2d = defineKernel<{ x: TensorInfo; filter: TensorInfo; bias: TensorInfo }, { poolSize: PoolSize }>(
  'PooledConv2D',
  ({ inputs, attrs, backend, math }) => {
    const { x, filter, bias } = inputs
    if (!areFloats(x, filter, bias)) return null
    const g = pooledConvGeometry(x.shape, filter.shape, attrs.poolSize)
    checkShape('PooledConv2D: bias', bias, [g.features])
    const out = backend.makeOutput(pooledShape(g), 'float32')
    const positions = backend.makeOutput(pooledShape(g), 'int32')
    const [xAt, filterAt, biasAt] = [addressOf(backend, x), addressOf(backend, filter), addressOf(backend, bias)]
    math.pooledConv2d(g, xAt, filterAt, biasAt, addressOf(backend, out), addressOf(backend, positions))
    return [out, positions]
  },
)

export const pooledConv2dAtPositions = defineKernel<{ x: TensorInfo; positions: TensorInfo; filter: TensorInfo }, { poolSize: PoolSize }>(
  'PooledConv2DAtPositions',
  ({ inputs, attrs, backend, math }) => {
    const { x, positions, filter } = inputs
    if (!areFloats(x, filter)) return null
    const g = pooledConvGeometry(x.shape, filter.shape, attrs.poolSize)
    checkPositions('PooledConv2DAtPositions', g, positions)
    const out = backend.makeOutput(pooledShape(g), 'float32')
    math.pooledConv2dAtPositions(
      g,
      addressOf(backend, x),
      addressOf(backend, positions),
      addressOf(backend, filter),
      addressOf(backend, out),
    )
    return out
  },
)

export const pooledConv2dBackpropFilter = defineKernel<
  { x: TensorInfo; dy: TensorInfo; positions: TensorInfo },
  { poolSize: PoolSize; filterShape: Shape4D }
>('PooledConv2DBackpropFilter', ({ inputs, attrs, backend, math }) => {
  const { x, dy, positions } = inputs
  if (!areFloats(x, dy)) return null
  const g = pooledConvGeometry(x.shape, attrs.filterShape, attrs.poolSize)
  checkPooled('PooledConv2DBackpropFilter', g, dy, positions)
  const dFilter = backend.makeOutput(attrs.filterShape, 'float32')
  math.pooledConv2dBackpropFilter(
    g,
    addressOf(backend, x),
    addressOf(backend, dy),
    addressOf(backend, positions),
    addressOf(backend, dFilter),
  )
  return dFilter
})

export const unpooledConv2dTranspose = defineKernel<
  { x: TensorInfo; positions: TensorInfo; filter: TensorInfo; bias?: TensorInfo },
  { poolSize: PoolSize; outputShape: Shape4D }
>('UnpooledConv2DTranspose', ({ inputs, attrs, backend, math }) => {
  const { x, positions, filter, bias } = inputs
  if (!areFloats(x, filter, bias ?? x)) return null
  const g = pooledConvGeometry(attrs.outputShape, filter.shape, attrs.poolSize)
  checkPooled('UnpooledConv2DTranspose', g, x, positions)
  if (bias) checkShape('UnpooledConv2DTranspose: bias', bias, [g.channels])
  const out = backend.makeOutput(attrs.outputShape, 'float32')
  const [xAt, positionsAt, filterAt] = [addressOf(backend, x), addressOf(backend, positions), addressOf(backend, filter)]
  math.unpooledConv2dTranspose(g, xAt, positionsAt, filterAt, bias ? addressOf(backend, bias) : 0, addressOf(backend, out))
  return out
})

// What pooledConv2d has computed, as a tensor with a gradient: positions must not be on the tape, values must.
export const pooledConv2dOutput = defineKernel<{ values: TensorInfo }>('PooledConv2DOutput', ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs.values
  backend.incRef(dataId)
  return { dataId, shape, dtype }
})
