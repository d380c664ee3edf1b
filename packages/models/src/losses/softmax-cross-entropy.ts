import * as tf from '@tensorflow/tfjs-core'
import { oneHotFloats } from '../ops/one-hot.ts'
import type { Loss } from './loss.ts'

export const softmaxCrossEntropy: Loss = {
  summary: 'minus the logarithm of the probability that softmax gives the true class',
  task: 'classification',
  lossSum(output, { labels, classes }) {
    const truth = oneHotFloats(labels, classes)
    return tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(output))))
  },
}
