import * as tf from '@tensorflow/tfjs-core'

/** int32 indexes [count] -> float32 [count, depth], 1 at each index. */
export function oneHotFloats(indexes: tf.Tensor1D, depth: number): tf.Tensor2D {
  // Not oneHot's own dtype option: for float32 the stock wasm kernel writes the bits of integers.
  return tf.cast(tf.oneHot(indexes, depth), 'float32') as tf.Tensor2D
}
