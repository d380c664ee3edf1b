import * as tf from '@tensorflow/tfjs-core'
import { unpoolValues } from './max-unpool.ts'
import { type PoolSize, runKernelIfThere } from './pool-kernels.ts'
import { cutWindows } from './windows.ts'

export interface Pooled {
  /** [batch, height / ph, width / pw, channels] */
  values: tf.Tensor4D
  /** int32, same shape: where in its window the maximum stood, dy * pw + dx. The first one in reading order wins. */
  positions: tf.Tensor4D
}

/** Max-pooling without overlap that remembers where each maximum stood. Rows and columns that fill no window are dropped. */
export function maxPoolWithPositions(images: tf.Tensor4D, poolSize: PoolSize): Pooled {
  let positions: tf.Tensor4D | null = null
  const pool = tf.customGrad((x, save) => {
    const pooled = poolValues(x as tf.Tensor4D, poolSize)
    positions = pooled.positions
    ;(save as tf.GradSaveFunc)([pooled.positions])
    const shape = images.shape
    return { value: pooled.values, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => unpoolValues(dy as tf.Tensor4D, saved[0] as tf.Tensor4D, poolSize, shape) }
  })
  const values = pool(images) as tf.Tensor4D
  if (positions === null) throw new Error('max-pool: positions must be known after pooling, got none')
  return { values, positions }
}

function poolValues(x: tf.Tensor4D, poolSize: PoolSize): Pooled {
  const outputs = runKernelIfThere('MaxPoolWithPositions', { x }, { poolSize: [...poolSize] })
  if (outputs !== null) return { values: outputs[0] as tf.Tensor4D, positions: outputs[1] as tf.Tensor4D }
  return tf.tidy(() => {
    const windows = cutWindows(x, poolSize)
    const positions = tf.argMax(windows, 4) as tf.Tensor4D
    return { values: tf.max(windows, 4) as tf.Tensor4D, positions }
  })
}
