// The report's feed-forward network on raw pixels.
import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../model.ts'
import { dense, sizeOfPicture } from '../parameters.ts'
import { applyDense, flatten } from './layers.ts'

const hidden = 288

export const feedForward: Model = {
  summary: "the report's classifier on raw pixels: one hidden layer of 288 relu units",
  task: 'classification',
  defaults: { loss: 'softmax-cross-entropy', optimizer: 'sgd', learningRate: 0.05 },

  parameters({ classes, ...picture }) {
    return [...dense('fc1', sizeOfPicture(picture), hidden, { flattened: picture }), ...dense('fc2', hidden, classes)]
  },

  forward(parameters, images) {
    return applyDense(parameters, 'fc2', tf.relu(applyDense(parameters, 'fc1', flatten(images))))
  },
}
