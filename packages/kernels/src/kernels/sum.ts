import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { addressOf } from '../backend.ts'
import { areFloats, defineKernel } from './kernel.ts'

// Sums over leading axes (bias gradients) and over all of them; any other choice of axes is left to the stock kernel.
export const sum = defineKernel<{ x: TensorInfo }, { axis: number | number[]; keepDims?: boolean }>(
  'Sum',
  ({ inputs, attrs, backend, math }) => {
    const { x } = inputs
    const axes = util.parseAxisParam(attrs.axis, x.shape).sort((a, b) => a - b)
    if (!areFloats(x) || !axes.every((axis, i) => axis === i)) return null
    const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes)
    const columns = util.sizeFromShape(outShape)
    const rows = util.sizeFromShape(x.shape.slice(0, axes.length))
    const out = backend.makeOutput(outShape, 'float32')
    math.sumRows(rows, columns, addressOf(backend, x), addressOf(backend, out))
    if (attrs.keepDims) out.shape = backend_util.expandShapeToKeepDim(outShape, axes)
    return out
  },
)
