import type { TensorInfo } from '@tensorflow/tfjs-core'
import { defineKernel } from './kernel.ts'

// The stock kernel copies the data, some fifty times a training step (every tensor saved for a gradient is cloned).
// Tensors never change, so counting one more reference is enough, as the other backends do.
export const identity = defineKernel<{ x: TensorInfo }>('Identity', ({ inputs, backend }) => {
  const { x } = inputs
  if (x.dtype === 'string') return null
  backend.incRef(x.dataId)
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
})
