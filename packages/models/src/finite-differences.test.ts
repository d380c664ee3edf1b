// Analytic gradient = finite difference, for every model with every loss of its task.
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import './autodiff.ts'
import { initialiseParameters } from './initialise.ts'
import type { Loss, Target } from './losses/loss.ts'
import { type Model, type ParameterSpec, sizeOfShape } from './model.ts'
import { MersenneTwister } from './random/mersenne-twister.ts'
import { losses, models } from './registries.ts'

const input = { height: 5, width: 4, channels: 2, classes: 4 }
const batch = 2
// A step along the gradient that moves the loss by this share of itself: float32 carries seven digits of the loss, so the
// difference has three or four. A larger step would swap maxima in pooling windows, where the loss jumps.
const lossShare = 1e-4
// Pictures at which no maximum changes its place, and no relu its side, within any of these steps: about one seed in four.
const imagesSeed = 5
// Five times what rounding leaves here; a wrong factor, sign or index is far outside.
const relativeTolerance = 0.005
const randomDirections = 4
const singleCoordinates = 6

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

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
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
  describe.each(specs.map(({ name }, index) => ({ name, index })))('the gradient of $name', ({ name, index }) => {
    let parameters: tf.Tensor[] = []
    let target: Target
    let value: number
    let gradient: Float32Array

    const lossOf = (values: tf.Tensor): tf.Scalar => {
      const named = Object.fromEntries(specs.map((spec, i) => [spec.name, i === index ? values : parameters[i]]))
      return loss.lossSum(model.forward(named, target.images), target)
    }

    /** The central difference of the loss along a direction, over a step that moves the loss by about `lossShare` of itself. */
    function slopeAlong(direction: Float32Array, expectedSlope: number): number {
      const step = (lossShare * value) / expectedSlope
      const lossAt = (distance: number): number =>
        tf.tidy(() => {
          const shift = tf.tensor(direction, parameters[index].shape)
          return lossOf(tf.add(parameters[index], tf.mul(shift, distance))).dataSync()[0]
        })
      return (lossAt(step) - lossAt(-step)) / (2 * step)
    }

    beforeAll(() => {
      parameters = liveParameters(specs)
      target = { images: randomImages(imagesSeed), labels: tf.tensor1d([2, 0], 'int32'), classes: input.classes }
      const result = tf.tidy(() => tf.valueAndGrad(lossOf)(parameters[index]))
      value = result.value.dataSync()[0]
      gradient = result.grad.dataSync<'float32'>()
      tf.dispose(result)
    })

    afterAll(() => tf.dispose([parameters, target.images, target.labels]))

    test('is not zero, and along it the loss rises by its length', () => {
      const norm = lengthOf(gradient)
      expect(norm, `norm of the gradient of ${name}`).toBeGreaterThan(1e-3)
      const slope = slopeAlong(
        gradient.map((v) => v / norm),
        norm,
      )
      expect(Math.abs(slope / norm - 1)).toBeLessThan(relativeTolerance)
    })

    // What the gradient wrongly leaves out shows only across it.
    test('gives the slope along random directions', () => {
      const generator = new MersenneTwister(index)
      // In a direction of random signs the slope is about the sum of squares' root.
      const expectedSlope = lengthOf(gradient)
      for (let i = 0; i < randomDirections; i++) {
        const direction = gradient.map(() => ((generator.nextUint32() & 1) === 0 ? 1 : -1))
        const inner = gradient.reduce((sum, v, j) => sum + v * direction[j], 0)
        expect(Math.abs(slopeAlong(direction, expectedSlope) - inner) / expectedSlope).toBeLessThan(relativeTolerance)
      }
    })

    test('gives the slope along single coordinates', () => {
      const generator = new MersenneTwister(index)
      const root = lengthOf(gradient) / Math.sqrt(gradient.length)
      for (let i = 0; i < singleCoordinates; i++) {
        const coordinate = generator.nextUint32() % gradient.length
        const direction = new Float32Array(gradient.length)
        direction[coordinate] = 1
        const expectedSlope = Math.max(root, Math.abs(gradient[coordinate]))
        expect(Math.abs(slopeAlong(direction, expectedSlope) - gradient[coordinate]) / expectedSlope).toBeLessThan(relativeTolerance)
      }
    })
  })
})
