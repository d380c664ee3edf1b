import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { addressOf } from '../backend.ts'
import { areFloats, defineKernel } from './kernel.ts'

function checkSameSize(name: string, a: TensorInfo, b: TensorInfo): void {
  if (a.shape.join() !== b.shape.join()) throw new RangeError(`${name}: both inputs must have one shape, got [${a.shape}] and [${b.shape}]`)
}

export const tanh = defineKernel<{ x: TensorInfo }>('Tanh', ({ inputs, backend, math }) => {
  const { x } = inputs
  if (!areFloats(x)) return null
  const out = backend.makeOutput(x.shape, 'float32')
  math.tanh(util.sizeFromShape(x.shape), addressOf(backend, x), addressOf(backend, out))
  return out
})

export const tanhGrad = defineKernel<{ y: TensorInfo; dy: TensorInfo }>('TanhGrad', ({ inputs, backend, math }) => {
  const { y, dy } = inputs
  if (!areFloats(y, dy)) return null
  checkSameSize('TanhGrad', y, dy)
  const dx = backend.makeOutput(y.shape, 'float32')
  math.tanhGrad(util.sizeFromShape(y.shape), addressOf(backend, y), addressOf(backend, dy), addressOf(backend, dx))
  return dx
})

export const reluGrad = defineKernel<{ dy: TensorInfo; x: TensorInfo }>('ReluGrad', ({ inputs, backend, math }) => {
  const { dy, x } = inputs
  if (!areFloats(dy, x)) return null
  checkSameSize('ReluGrad', dy, x)
  const dx = backend.makeOutput(x.shape, 'float32')
  math.reluGrad(util.sizeFromShape(x.shape), addressOf(backend, dy), addressOf(backend, x), addressOf(backend, dx))
  return dx
})
