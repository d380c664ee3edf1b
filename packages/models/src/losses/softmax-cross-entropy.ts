import * as tf from '@tensorflow/tfjs-core'
import type { Loss } from './loss.ts'

export const softmaxCrossEntropy: Loss = {
  summary: 'minus the logarithm of the probability that softmax gives the true class',
  task: 'classification',
  lossSum(output, { labels, classes }) {
    const truth = tf.oneHot(labels, classes, 1, 0, 'float32')
    return tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(output))))
  },
}
