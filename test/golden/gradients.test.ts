// Outputs, losses and every gradient against PyTorch's, tensor by tensor and by name, on every backend that trains.
import { createHash } from 'node:crypto'
import { type Loss, losses, type Model, models } from '@lockstep/models'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends } from './backends.ts'
import { type GoldenCase, goldenCaseNames, readGoldenCase, tensorOf } from './fixtures.ts'

// The fixture is float64 rounded once, so the whole error is float32's: sums of up to 3,136 products in a chain of eight
// layers, relative to the tensor's largest value. A wrong index, transpose or tie rule is off by a thousand times more.
const relativeTolerance = 2e-5

interface Computed {
  loss: number
  output: Float32Array
  code: Float32Array | null
  gradients: Map<string, Float32Array>
}

function compute(golden: GoldenCase): Computed {
  const model: Model = models[golden.model]
  const fits = (loss: Loss): boolean => loss.task === model.task
  const loss = Object.values<Loss>(losses).find(fits) as Loss
  return tf.tidy(() => {
    const { shape, values } = tensorOf(golden, 'images')
    const images = tf.tensor4d(values, shape as [number, number, number, number])
    const labels = tf.tensor1d(Int32Array.from(tensorOf(golden, 'labels').values), 'int32')
    const named = (tensors: tf.Tensor[]) => Object.fromEntries(golden.specs.map(({ name }, i) => [name, tensors[i]]))
    const parameters = parameterTensors(golden)
    const lossOf = (...tensors: tf.Tensor[]) =>
      loss.lossSum(model.forward(named(tensors), images), { images, labels, classes: golden.classes })
    const { value, grads } = tf.valueAndGrads(lossOf)(parameters)
    return {
      loss: value.dataSync()[0],
      output: model.forward(named(parameters), images).dataSync<'float32'>(),
      code: model.encode?.(named(parameters), images).dataSync<'float32'>() ?? null,
      gradients: new Map(golden.specs.map(({ name }, i) => [name, grads[i].dataSync<'float32'>()])),
    }
  })
}

function parameterTensors({ specs, parameters }: GoldenCase): tf.Tensor[] {
  let offset = 0
  return specs.map(({ shape }) => {
    const size = tf.util.sizeFromShape([...shape])
    offset += size
    return tf.tensor(parameters.slice(offset - size, offset), [...shape], 'float32')
  })
}

/** Largest difference as a share of the largest expected value; NaN if any is. */
function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let largest = 0
  let worst = 0
  for (let i = 0; i < want.length; i++) {
    largest = Math.max(largest, Math.abs(want[i]))
    const difference = Math.abs(got[i] - want[i])
    worst = Math.max(worst, difference)
  }
  return worst / largest
}

describe.each(Object.entries(backends))('%s', (_backend, use) => {
  beforeAll(use)

  describe.each(goldenCaseNames)('%s', (name) => {
    const golden = readGoldenCase(name)
    let computed: Computed

    beforeAll(() => {
      computed = compute(golden)
    })

    test("the output and the loss are PyTorch's", () => {
      expect(relativeError(computed.output, tensorOf(golden, 'output').values)).toBeLessThan(relativeTolerance)
      expect(relativeError([computed.loss], [golden.loss])).toBeLessThan(relativeTolerance)
    })

    test.runIf(golden.tensors.has('code'))("the latent code is PyTorch's", () => {
      expect(relativeError(computed.code ?? [], tensorOf(golden, 'code').values)).toBeLessThan(relativeTolerance)
    })

    test.each(golden.specs.map((spec) => spec.name))("the gradient of %s is PyTorch's", (parameter) => {
      const want = tensorOf(golden, `gradient/${parameter}`)
      expect(want.shape).toEqual(golden.specs.find((spec) => spec.name === parameter)?.shape)
      expect(want.values.some((value) => Math.abs(value) > 1e-3)).toBe(true)
      expect(relativeError(computed.gradients.get(parameter) ?? [], want.values)).toBeLessThan(relativeTolerance)
    })
  })
})

test.each(goldenCaseNames)('%s holds gradients at the very parameters that we draw', (name) => {
  const { parameters, parametersSha256 } = readGoldenCase(name)
  expect(createHash('sha256').update(parameters).digest('hex')).toBe(parametersSha256)
})
