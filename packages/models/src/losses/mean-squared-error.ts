import * as tf from '@tensorflow/tfjs-core'
import type { Loss } from './loss.ts'

export const meanSquaredError: Loss = {
  summary: 'mean over the pixels of the squared difference between output and image',
  task: 'reconstruction',
  lossSum(output, { images }) {
    const pixels = images.size / images.shape[0]
    return tf.div(tf.sum(tf.square(tf.sub(output, images))), pixels)
  },
}
