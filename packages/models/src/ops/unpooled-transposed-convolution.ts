import * as tf from '@tensorflow/tfjs-core'
import type { Pooled } from './max-pool-with-positions.ts'
import { maxUnpool } from './max-unpool.ts'
import { hasKernel, runKernel } from './own-kernels.ts'
import { kernelWindow } from './pooled-convolution.ts'
import type { PoolSize } from './windows.ts'

/**
 * The transposed convolution, plus bias, of a picture of `size` that holds the pooled values at their positions and zeros
 * elsewhere: stride 1, the same size. pooled [batch, height / ph, width / pw, in], filter [kh, kw, out, in].
 */
export function unpooledTransposedConvolution(
  { values, positions }: Pooled,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  poolSize: PoolSize,
  [height, width]: readonly [height: number, width: number],
): tf.Tensor4D {
  const [, , outChannels, inChannels] = filter.shape
  const [batch] = values.shape
  const outputShape: [number, number, number, number] = [batch, height, width, outChannels]
  if (poolSize[0] * poolSize[1] === kernelWindow && hasKernel('UnpooledConv2DTranspose')) {
    const attributes = { poolSize: [...poolSize], outputShape }
    return runKernel('UnpooledConv2DTranspose', { x: values, positions, filter, bias }, attributes) as tf.Tensor4D
  }
  const unpooled = maxUnpool(values, positions, poolSize, [batch, height, width, inChannels])
  return tf.add(tf.conv2dTranspose(unpooled, filter, outputShape, 1, 'same'), bias)
}
