// The report's convolutional autoencoder. Pooling remembers where each maximum stood; the decoder puts values back there.
import * as tf from '@tensorflow/tfjs-core'
import type { InputSpec, Model, NamedTensors } from '../model.ts'
import { maxPoolWithPositions, type Pooled } from '../ops/max-pool-with-positions.ts'
import { maxUnpool } from '../ops/max-unpool.ts'
import { convolution, dense, sizeOfPicture, transposedConvolution } from '../parameters.ts'
import { applyConvolution, applyDense, applyTransposedConvolution, flatten } from './layers.ts'

const kernel = 3
const filters1 = 32
const filters2 = 16
const hidden = 80
const codeUnits = 49
const poolSize = [2, 2] as const

/** The picture after the second pooling. */
function innermost({ height, width }: InputSpec) {
  return { height: Math.floor(Math.floor(height / 2) / 2), width: Math.floor(Math.floor(width / 2) / 2), channels: filters2 }
}

interface Encoded {
  /** [batch, 49] */
  code: tf.Tensor2D
  first: Pooled
  second: Pooled
}

function encode(parameters: NamedTensors, images: tf.Tensor4D): Encoded {
  const first = maxPoolWithPositions(tf.tanh(applyConvolution(parameters, 'enc1', images)), poolSize)
  const second = maxPoolWithPositions(tf.tanh(applyConvolution(parameters, 'enc2', first.values)), poolSize)
  const code = applyDense(parameters, 'fc2', tf.tanh(applyDense(parameters, 'fc1', flatten(second.values))))
  return { code, first, second }
}

export const convAutoencoder: Model = {
  summary: "the report's convolutional autoencoder: 28x28 pictures through a code of 49 numbers and back",
  task: 'reconstruction',
  defaults: { loss: 'mean-squared-error' },

  // The order in which the study's class declares its layers: the seed's stream of random numbers is dealt out in it.
  parameters(input) {
    const picture = innermost(input)
    const units = sizeOfPicture(picture)
    const outer = input.height * input.width
    const middle = Math.floor(input.height / 2) * Math.floor(input.width / 2)
    return [
      ...convolution('enc1', { kernel, inputs: input.channels, outputs: filters1, positions: outer }),
      ...convolution('enc2', { kernel, inputs: filters1, outputs: filters2, positions: middle }),
      ...dense('fc1', units, hidden, { flattened: picture }),
      ...dense('fc2', hidden, codeUnits),
      ...dense('fc3', codeUnits, hidden),
      ...dense('fc4', hidden, units, { unflattened: picture }),
      ...transposedConvolution('dec2', { kernel, inputs: filters2, outputs: filters1, positions: middle }),
      ...transposedConvolution('dec1', { kernel, inputs: filters1, outputs: input.channels, positions: outer }),
    ]
  },

  forward(parameters, images) {
    const { code, first, second } = encode(parameters, images)
    const expanded = applyDense(parameters, 'fc4', tf.tanh(applyDense(parameters, 'fc3', code)))
    const inner: tf.Tensor4D = tf.reshape(expanded, second.values.shape)
    const [batch, height, width] = images.shape
    const [, rows, columns] = first.values.shape
    const unpooled2 = tf.tanh(maxUnpool(inner, second.positions, poolSize, [batch, rows, columns, filters2]))
    const middle = applyTransposedConvolution(parameters, 'dec2', unpooled2)
    const unpooled1 = tf.tanh(maxUnpool(middle, first.positions, poolSize, [batch, height, width, filters1]))
    return tf.relu(applyTransposedConvolution(parameters, 'dec1', unpooled1))
  },

  encode(parameters, images) {
    return encode(parameters, images).code
  },
}
