// Layers as pure functions of named parameters.
import * as tf from '@tensorflow/tfjs-core'
import type { NamedTensors } from '../model.ts'

/** x [batch, in] -> [batch, out] */
export function applyDense(parameters: NamedTensors, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return tf.add(tf.matMul(x, parameters[`${name}.weight`] as tf.Tensor2D), parameters[`${name}.bias`])
}

/** x [batch, height, width, in] -> [batch, height, width, out], zero padding that keeps the size, stride 1. */
export function applyConvolution(parameters: NamedTensors, name: string, x: tf.Tensor4D): tf.Tensor4D {
  return tf.add(tf.conv2d(x, parameters[`${name}.weight`] as tf.Tensor4D, 1, 'same'), parameters[`${name}.bias`])
}

/** x [batch, height, width, in] -> [batch, height, width, out]: the input gradient of a convolution, as torch.nn.ConvTranspose2d. */
export function applyTransposedConvolution(parameters: NamedTensors, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const weight = parameters[`${name}.weight`] as tf.Tensor4D
  const [batch, height, width] = x.shape
  return tf.add(tf.conv2dTranspose(x, weight, [batch, height, width, weight.shape[2]], 1, 'same'), parameters[`${name}.bias`])
}

/** [batch, …] -> [batch, everything else] */
export function flatten(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0], x.size / x.shape[0]])
}
