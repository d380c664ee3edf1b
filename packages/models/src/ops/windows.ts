// Pooling windows as an axis of their own, from stock ops: the portable form of pooling with positions.
import * as tf from '@tensorflow/tfjs-core'
import { oneHotFloats } from './one-hot.ts'

export type PoolSize = readonly [height: number, width: number]

/** [batch, rows, columns, channels, ph * pw]: each window's values in reading order. Rows and columns that fill no window are dropped. */
export function cutWindows(x: tf.Tensor4D, [ph, pw]: PoolSize): tf.Tensor5D {
  const [batch, height, width, channels] = x.shape
  const rows = Math.floor(height / ph)
  const columns = Math.floor(width / pw)
  const whole = tf.slice(x, [0, 0, 0, 0], [batch, rows * ph, columns * pw, channels])
  const split = tf.reshape(whole, [batch, rows, ph, columns, pw, channels])
  return tf.reshape(tf.transpose(split, [0, 1, 3, 5, 2, 4]), [batch, rows, columns, channels, ph * pw])
}

/** The inverse of cutWindows for `outputShape`; what no window covers is 0. */
export function joinWindows(windows: tf.Tensor5D, [ph, pw]: PoolSize, outputShape: readonly number[]): tf.Tensor4D {
  const [batch, rows, columns, channels] = windows.shape
  const split = tf.transpose(tf.reshape(windows, [batch, rows, columns, channels, ph, pw]), [0, 1, 4, 2, 5, 3])
  const whole = tf.reshape(split, [batch, rows * ph, columns * pw, channels])
  return tf.pad(whole, [
    [0, 0],
    [0, outputShape[1] - rows * ph],
    [0, outputShape[2] - columns * pw],
    [0, 0],
  ]) as tf.Tensor4D
}

/** [batch, rows, columns, channels, ph * pw]: 1 at each window's position, 0 elsewhere. */
export function markPositions(positions: tf.Tensor4D, [ph, pw]: PoolSize): tf.Tensor5D {
  const flat = tf.reshape(positions, [positions.size]) as tf.Tensor1D
  return tf.reshape(oneHotFloats(flat, ph * pw), [...positions.shape, ph * pw])
}
