import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { addressOf } from '../backend.ts'
import { areFloats, defineKernel } from './kernel.ts'

const FLOAT_BYTES = 4

export const batchMatMul = defineKernel<{ a: TensorInfo; b: TensorInfo }, { transposeA: boolean; transposeB: boolean }>(
  'BatchMatMul',
  ({ inputs, attrs, backend, math }) => {
    const { a, b } = inputs
    const { transposeA, transposeB } = attrs
    const batchShape = a.shape.slice(0, -2)
    // Broadcasting over the batch is left to the stock kernel.
    if (!areFloats(a, b) || batchShape.join() !== b.shape.slice(0, -2).join()) return null
    const [aRows = 0, aColumns = 0] = a.shape.slice(-2)
    const [bRows = 0, bColumns = 0] = b.shape.slice(-2)
    const [rows, depth] = transposeA ? [aColumns, aRows] : [aRows, aColumns]
    const [bDepth, columns] = transposeB ? [bColumns, bRows] : [bRows, bColumns]
    if (depth !== bDepth) throw new RangeError(`BatchMatMul: inner sizes must agree, got ${depth} and ${bDepth}`)
    const out = backend.makeOutput([...batchShape, rows, columns], 'float32')
    const [aAt, bAt, outAt] = [addressOf(backend, a), addressOf(backend, b), addressOf(backend, out)]
    for (let i = 0; i < util.sizeFromShape(batchShape); i++) {
      const g = { rows, depth, columns, transposeA, transposeB }
      const [aStep, bStep, outStep] = [rows * depth, depth * columns, rows * columns]
      math.matMul(g, aAt + i * aStep * FLOAT_BYTES, bAt + i * bStep * FLOAT_BYTES, outAt + i * outStep * FLOAT_BYTES)
    }
    return out
  },
)

/** x [rows, in] times weight [in, out], plus bias [out]. */
export const dense = defineKernel<{ x: TensorInfo; weight: TensorInfo; bias: TensorInfo }>('Dense', ({ inputs, backend, math }) => {
  const { x, weight, bias } = inputs
  if (!areFloats(x, weight, bias)) return null
  const [rows = 0, depth = 0] = x.shape
  const [weightRows = 0, columns = 0] = weight.shape
  if (depth !== weightRows) throw new RangeError(`Dense: inner sizes must agree, got ${depth} and ${weightRows}`)
  if (bias.shape.join() !== `${columns}`) throw new RangeError(`Dense: bias must have shape [${columns}], got [${bias.shape}]`)
  const out = backend.makeOutput([rows, columns], 'float32')
  const g = { rows, depth, columns, transposeA: false, transposeB: false }
  math.dense(g, addressOf(backend, x), addressOf(backend, weight), addressOf(backend, bias), addressOf(backend, out))
  return out
})
