import type { NamedEntry } from '@lockstep/shared'
import type * as tf from '@tensorflow/tfjs-core'
import type { Task } from '../model.ts'

/** What a loss may compare the output with. */
export interface Target {
  /** [batch, height, width, channels], float32 in [0, 1] */
  readonly images: tf.Tensor4D
  /** [batch], int32 class indexes */
  readonly labels: tf.Tensor1D
  readonly classes: number
}

export interface Loss extends NamedEntry {
  readonly task: Task
  /** The SUM of the examples' losses: the trainer divides once by the number of examples in the whole batch. */
  lossSum(output: tf.Tensor, target: Target): tf.Scalar
}
