import * as tf from '@tensorflow/tfjs-core'
import { maxPoolWithPositions, type Pooled } from './max-pool-with-positions.ts'
import { hasKernel, runKernel, runUntrackedKernel } from './own-kernels.ts'
import type { PoolSize } from './windows.ts'

/** The number of pixels in a window that the kernels are made for. */
export const kernelWindow = 4

/**
 * The maxima, and where they stood, of windows of (x convolved with the filter, plus bias): stride 1, zero padding that
 * keeps the size. x [batch, height, width, in], filter [kh, kw, in, out]; rows and columns that fill no window are dropped.
 */
export function pooledConvolution(x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D, poolSize: PoolSize): Pooled {
  if (poolSize[0] * poolSize[1] !== kernelWindow || !hasKernel('PooledConv2D')) {
    return maxPoolWithPositions(tf.add(tf.conv2d(x, filter, 1, 'same'), bias), poolSize)
  }
  const attributes = { poolSize: [...poolSize] }
  // Positions are constants to a gradient; values get theirs from the second kernel, which computes nothing.
  const [values, positions] = runUntrackedKernel('PooledConv2D', { x, filter, bias }, attributes)
  const differentiable = runKernel('PooledConv2DOutput', { x, filter, bias, values, positions }, attributes)
  return { values: differentiable as tf.Tensor4D, positions: positions as tf.Tensor4D }
}
