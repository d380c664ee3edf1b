// A dense layer's values and every gradient, on every backend: those of a product and a sum.
import { dense } from '@lockstep/models'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends } from './backends.ts'

describe.each(Object.entries(backends))('%s', (_backend, use) => {
  beforeAll(use)

  test('a dense layer is the product plus the bias, and so are its gradients', () => {
    tf.tidy(() => {
      const inputs = [tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor2d([1, -1, 2, 0.5, 0, 3], [3, 2]), tf.tensor1d([10, -20])]
      const weights = tf.tensor2d([1, 2, 4, 8], [2, 2])
      const layer = (...[x, weight, bias]: tf.Tensor[]) => dense(x as tf.Tensor2D, weight as tf.Tensor2D, bias as tf.Tensor1D)
      expect(layer(...inputs).arraySync()).toEqual([
        [15, -11],
        [24, -3.5],
      ])
      const gradients = tf.grads((...tensors: tf.Tensor[]) => tf.sum(tf.mul(layer(...tensors), weights)))(inputs)
      expect(gradients.map((gradient) => gradient.arraySync())).toEqual([
        [
          [-1, 3, 6],
          [-4, 12, 24],
        ],
        [
          [17, 34],
          [22, 44],
          [27, 54],
        ],
        [5, 10],
      ])
    })
  })
})
