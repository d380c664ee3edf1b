// The report's convolutional autoencoder. Pooling remembers where each maximum stood; the decoder puts values back there.
// The report applies tanh before pooling and after unpooling. It rises and keeps zero, so on the pooled side the results
// are the same, and it has a quarter of the work.
import * as tf from '@tensorflow/tfjs-core'
import type { InputSpec, Model, NamedTensors } from '../model.ts'
import { convolution, dense, sizeOfPicture, transposedConvolution } from '../parameters.ts'
import { applyDense, applyPooledConvolution, applyUnpooledTransposedConvolution, flatten } from './layers.ts'

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
  /** Where the maxima of both poolings stood. */
  positions1: tf.Tensor4D
  positions2: tf.Tensor4D
}

function encode(parameters: NamedTensors, images: tf.Tensor4D): Encoded {
  const first = applyPooledConvolution(parameters, 'enc1', images, poolSize)
  const second = applyPooledConvolution(parameters, 'enc2', tf.tanh(first.values), poolSize)
  const hidden = tf.tanh(applyDense(parameters, 'fc1', flatten(tf.tanh(second.values))))
  return { code: applyDense(parameters, 'fc2', hidden), positions1: first.positions, positions2: second.positions }
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
    const { code, positions1, positions2 } = encode(parameters, images)
    const expanded = applyDense(parameters, 'fc4', tf.tanh(applyDense(parameters, 'fc3', code)))
    const inner: tf.Tensor4D = tf.reshape(tf.tanh(expanded), positions2.shape)
    const [, rows, columns] = positions1.shape
    const middle = applyUnpooledTransposedConvolution(parameters, 'dec2', { values: inner, positions: positions2 }, poolSize, [
      rows,
      columns,
    ])
    const [, height, width] = images.shape
    const outer = { values: tf.tanh(middle), positions: positions1 }
    return tf.relu(applyUnpooledTransposedConvolution(parameters, 'dec1', outer, poolSize, [height, width]))
  },

  encode(parameters, images) {
    return encode(parameters, images).code
  },
}
