import type { EntryWithDefaults } from '@lockstep/shared'
import type * as tf from '@tensorflow/tfjs-core'
import type { Initialisation } from './initialise.ts'

/** Sizes of a dataset's examples, known before any is read. */
export interface InputSpec {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly classes: number
}

/** One trainable tensor. Shapes are TensorFlow.js's: convolution [kh, kw, in, out], dense [in, out]. */
export interface ParameterSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly init: Initialisation
  /** How often one example multiplies by each value: 1 in a dense layer, once a pixel in a convolution. Left out for biases. */
  readonly positions?: number
}

export type Task = 'reconstruction' | 'classification'
export type NamedTensors = Readonly<Record<string, tf.Tensor>>

/** A model is data and pure functions: parameters go in by name, nothing is kept. */
export interface Model extends EntryWithDefaults {
  readonly task: Task
  /** The parameters in declared order: the order of the flat vector, of checkpoints and of hashes. */
  parameters(input: InputSpec): readonly ParameterSpec[]
  /** Reconstruction [batch, height, width, channels], or logits [batch, classes]. `images` are float32 in [0, 1]. */
  forward(parameters: NamedTensors, images: tf.Tensor4D): tf.Tensor
  /** Latent codes [batch, units], for models that have them. */
  encode?(parameters: NamedTensors, images: tf.Tensor4D): tf.Tensor2D
}

/** Number of float32 values in all tensors together. */
export function parameterCount(specs: readonly ParameterSpec[]): number {
  return specs.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0)
}

/** Number of values in a tensor of this shape. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1)
}
