// Layers as pure functions of named parameters.
import * as tf from '@tensorflow/tfjs-core'
import type { NamedTensors } from '../model.ts'
import { dense } from '../ops/dense.ts'
import type { Pooled } from '../ops/max-pool-with-positions.ts'
import { pooledConvolution } from '../ops/pooled-convolution.ts'
import { unpooledTransposedConvolution } from '../ops/unpooled-transposed-convolution.ts'
import type { PoolSize } from '../ops/windows.ts'

/** x [batch, in] -> [batch, out] */
export function applyDense(parameters: NamedTensors, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return dense(x, parameters[`${name}.weight`] as tf.Tensor2D, parameters[`${name}.bias`] as tf.Tensor1D)
}

/**
 * x [batch, height, width, in] -> [batch, height / ph, width / pw, out]: a convolution of stride 1 with zero padding that
 * keeps the size, and the maximum of each window of it.
 */
export function applyPooledConvolution(parameters: NamedTensors, name: string, x: tf.Tensor4D, poolSize: PoolSize): Pooled {
  return pooledConvolution(x, parameters[`${name}.weight`] as tf.Tensor4D, parameters[`${name}.bias`] as tf.Tensor1D, poolSize)
}

/**
 * pooled [batch, height / ph, width / pw, in] -> [batch, height, width, out]: every value back to its position, zeros
 * elsewhere, then the input gradient of a convolution, as torch.nn.ConvTranspose2d.
 */
export function applyUnpooledTransposedConvolution(
  parameters: NamedTensors,
  name: string,
  pooled: Pooled,
  poolSize: PoolSize,
  size: readonly [height: number, width: number],
): tf.Tensor4D {
  const weight = parameters[`${name}.weight`] as tf.Tensor4D
  return unpooledTransposedConvolution(pooled, weight, parameters[`${name}.bias`] as tf.Tensor1D, poolSize, size)
}

/** [batch, …] -> [batch, everything else] */
export function flatten(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0], x.size / x.shape[0]])
}
