import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, runKernel } from './own-kernels.ts'
import { cutWindows, joinWindows, markPositions, type PoolSize } from './windows.ts'

export type Shape4D = [number, number, number, number]

/** Puts each value back where its maximum stood, zeros elsewhere: the inverse of pooling, and its gradient. */
export function maxUnpool(pooled: tf.Tensor4D, positions: tf.Tensor4D, poolSize: PoolSize, outputShape: Shape4D): tf.Tensor4D {
  const unpool = tf.customGrad((x, save) => {
    ;(save as tf.GradSaveFunc)([positions])
    return {
      value: unpoolValues(x as tf.Tensor4D, positions, poolSize, outputShape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gatherAtPositions(dy as tf.Tensor4D, saved[0] as tf.Tensor4D, poolSize),
    }
  })
  return unpool(pooled) as tf.Tensor4D
}

/** [batch, height / ph, width / pw, channels] -> `outputShape`, without a gradient of its own. */
export function unpoolValues(x: tf.Tensor4D, positions: tf.Tensor4D, poolSize: PoolSize, outputShape: Shape4D): tf.Tensor4D {
  if (hasKernel('MaxUnpool')) {
    return runKernel('MaxUnpool', { x, positions }, { poolSize: [...poolSize], outputShape: [...outputShape] }) as tf.Tensor4D
  }
  return tf.tidy(() => joinWindows(tf.mul(tf.expandDims(x, 4), markPositions(positions, poolSize)), poolSize, outputShape))
}

/** The values of `dy` at the remembered positions: the gradient of unpooling. */
function gatherAtPositions(dy: tf.Tensor4D, positions: tf.Tensor4D, poolSize: PoolSize): tf.Tensor4D {
  if (hasKernel('MaxUnpoolGrad')) return runKernel('MaxUnpoolGrad', { dy, positions }, { poolSize: [...poolSize] }) as tf.Tensor4D
  return tf.tidy(() => tf.sum(tf.mul(cutWindows(dy, poolSize), markPositions(positions, poolSize)), 4) as tf.Tensor4D)
}
