// Analytic gradient = finite difference, for every model with every loss of its task.
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import './autodiff.ts'
import { initialiseParameters } from './initialise.ts'
import type { Loss } from './losses/loss.ts'
import { type Model, type ParameterSpec, sizeOfShape } from './model.ts'
import { MersenneTwister } from './random/mersenne-twister.ts'
import { losses, models } from './registries.ts'

const input = { height: 5, width: 4, channels: 2, classes: 4 }
const batch = 2
// A step along the gradient that moves the loss by this share of itself: float32 carries seven digits of the loss, so the
// difference has three or four. A larger step would swap maxima in pooling windows, where the loss jumps.
const lossShare = 1e-4
// Ten times what rounding leaves here; a wrong factor, sign or index is far outside.
const relativeTolerance = 0.005

function randomImages(seed: number): tf.Tensor4D {
  const generator = new MersenneTwister(seed)
  const shape: [number, number, number, number] = [batch, input.height, input.width, input.channels]
  const values = Float32Array.from({ length: sizeOfShape(shape) }, () => generator.nextUint32() / 2 ** 32)
  return tf.tensor4d(values, shape)
}

/** Larger weights than a fresh network's and positive biases, so that no relu is dead and no gradient tiny. */
function liveParameters(specs: readonly ParameterSpec[]): tf.Tensor[] {
  const flat = initialiseParameters(specs, 1)
  let offset = 0
  return specs.map(({ name, shape }) => {
    const size = sizeOfShape(shape)
    const values = flat.slice(offset, offset + size).map((value) => (name.endsWith('.bias') ? Math.abs(value) + 0.1 : 2 * value))
    offset += size
    return tf.tensor(values, [...shape])
  })
}

const modelEntries: [string, Model][] = Object.entries(models)
const pairs = modelEntries.flatMap(([modelName, model]) => {
  const fitting = Object.entries<Loss>(losses).filter(([, loss]) => loss.task === model.task)
  return fitting.map(([lossName, loss]) => ({ modelName, lossName, model, loss, specs: model.parameters(input) }))
})

beforeAll(() => tf.setBackend('cpu'))

test('every model has a loss and every loss a model', () => {
  expect(new Set(pairs.map(({ modelName }) => modelName))).toEqual(new Set(Object.keys(models)))
  expect(new Set(pairs.map(({ lossName }) => lossName))).toEqual(new Set(Object.keys(losses)))
})

describe.each(pairs)('$modelName with $lossName', ({ model, loss, specs }) => {
  test.each(specs.map(({ name }, index) => ({ name, index })))('the gradient of $name is the finite difference', ({ name, index }) => {
    tf.tidy(() => {
      const target = { images: randomImages(7), labels: tf.tensor1d([2, 0], 'int32'), classes: input.classes }
      const parameters = liveParameters(specs)
      const lossOf = (values: tf.Tensor): tf.Scalar => {
        const named = Object.fromEntries(specs.map((spec, i) => [spec.name, i === index ? values : parameters[i]]))
        return loss.lossSum(model.forward(named, target.images), target)
      }
      const { value, grad } = tf.valueAndGrad(lossOf)(parameters[index])
      const norm = tf.norm(grad).dataSync()[0]
      expect(norm, `norm of the gradient of ${name}`).toBeGreaterThan(1e-3)
      const step = (lossShare * value.dataSync()[0]) / norm
      const lossAlong = (distance: number): number => lossOf(tf.add(parameters[index], tf.mul(grad, distance / norm))).dataSync()[0]
      const slope = (lossAlong(step) - lossAlong(-step)) / (2 * step)
      expect(Math.abs(slope / norm - 1)).toBeLessThan(relativeTolerance)
    })
  })
})
