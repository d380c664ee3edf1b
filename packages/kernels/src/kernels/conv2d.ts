import type { TensorInfo } from '@tensorflow/tfjs-core'
import { addressOf } from '../backend.ts'
import { type ConvAttributes, type ConvGeometry, convGeometry } from '../geometry.ts'
import { areFloats, defineKernel } from './kernel.ts'

const outShape = (g: ConvGeometry) => [g.batch, g.outHeight, g.outWidth, g.outChannels]

export const conv2d = defineKernel<{ x: TensorInfo; filter: TensorInfo }, ConvAttributes>('Conv2D', ({ inputs, attrs, backend, math }) => {
  const { x, filter } = inputs
  const g = areFloats(x, filter) ? convGeometry(x.shape, filter.shape, attrs) : null
  if (g === null) return null
  const out = backend.makeOutput(outShape(g), 'float32')
  math.conv2d(g, addressOf(backend, x), addressOf(backend, filter), addressOf(backend, out))
  return out
})

export const conv2dBackpropInput = defineKernel<
  { dy: TensorInfo; filter: TensorInfo },
  ConvAttributes & { inputShape: [number, number, number, number] }
>('Conv2DBackpropInput', ({ inputs, attrs, backend, math }) => {
  const { dy, filter } = inputs
  const g = areFloats(dy, filter) ? convGeometry(attrs.inputShape, filter.shape, attrs) : null
  if (g === null) return null
  const dx = backend.makeOutput(attrs.inputShape, 'float32')
  math.conv2dBackpropInput(g, addressOf(backend, dy), addressOf(backend, filter), addressOf(backend, dx))
  return dx
})

export const conv2dBackpropFilter = defineKernel<
  { x: TensorInfo; dy: TensorInfo },
  ConvAttributes & { filterShape: [number, number, number, number] }
>('Conv2DBackpropFilter', ({ inputs, attrs, backend, math }) => {
  const { x, dy } = inputs
  const g = areFloats(x, dy) ? convGeometry(x.shape, attrs.filterShape, attrs) : null
  if (g === null) return null
  const dFilter = backend.makeOutput(attrs.filterShape, 'float32')
  math.conv2dBackpropFilter(g, addressOf(backend, x), addressOf(backend, dy), addressOf(backend, dFilter))
  return dFilter
})
