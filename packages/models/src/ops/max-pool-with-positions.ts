import * as tf from '@tensorflow/tfjs-core'
import { unpoolValues } from './max-unpool.ts'
import { hasKernel, runUntrackedKernel } from './own-kernels.ts'
import { cutWindows, type PoolSize } from './windows.ts'

export interface Pooled {
  /** [batch, height / ph, width / pw, channels] */
  values: tf.Tensor4D
  /** int32, same shape: where in its window the maximum stood, dy * pw + dx. The first one in reading order wins. */
  positions: tf.Tensor4D
}

/** Max-pooling without overlap that remembers where each maximum stood. Rows and columns that fill no window are dropped. */
export function maxPoolWithPositions(images: tf.Tensor4D, poolSize: PoolSize): Pooled {
  // Outside customGrad: what is made inside it is disposed of with it, and the positions must outlive it.
  const { values, positions } = poolValues(images, poolSize)
  const { shape } = images
  const differentiable = tf.customGrad((_images, save) => {
    ;(save as tf.GradSaveFunc)([positions])
    return {
      value: tf.clone(values),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => unpoolValues(dy as tf.Tensor4D, saved[0] as tf.Tensor4D, poolSize, shape),
    }
  })
  return { values: differentiable(images) as tf.Tensor4D, positions }
}

function poolValues(x: tf.Tensor4D, poolSize: PoolSize): Pooled {
  if (hasKernel('MaxPoolWithPositions')) {
    const [values, positions] = runUntrackedKernel('MaxPoolWithPositions', { x }, { poolSize: [...poolSize] })
    return { values: values as tf.Tensor4D, positions: positions as tf.Tensor4D }
  }
  return tf.tidy(() => {
    const windows = cutWindows(x, poolSize)
    const positions = tf.argMax(windows, 4) as tf.Tensor4D
    return { values: tf.max(windows, 4) as tf.Tensor4D, positions }
  })
}
