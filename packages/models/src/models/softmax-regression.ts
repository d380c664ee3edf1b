import type { Model } from '../model.ts'
import { dense, sizeOfPicture } from '../parameters.ts'
import { applyDense, flatten } from './layers.ts'

export const softmaxRegression: Model = {
  summary: 'a linear classifier on raw pixels: the smallest model there is, for quick looks and baselines',
  task: 'classification',
  defaults: { loss: 'softmax-cross-entropy', optimizer: 'sgd', learningRate: 0.1 },

  parameters({ classes, ...picture }) {
    return dense('fc', sizeOfPicture(picture), classes, { flattened: picture })
  },

  forward(parameters, images) {
    return applyDense(parameters, 'fc', flatten(images))
  },
}
