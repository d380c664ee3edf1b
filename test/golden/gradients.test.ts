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
// A tensor with nothing larger than this would show little: the fixture must be at weights where gradients are alive.
const liveMagnitude = 1e-3
const inputs = ['images', 'labels']

/** loss, output, code, gradient/NAME: as in the fixture. */
function compute(golden: GoldenCase): Map<string, Float32Array> {
  const tensors = tf.tidy(() => computeTensors(golden))
  const values = Object.entries(tensors).map(([name, tensor]): [string, Float32Array] => [name, tensor.dataSync<'float32'>()])
  tf.dispose(tensors)
  return new Map(values)
}

function computeTensors(golden: GoldenCase): tf.NamedTensorMap {
  const model: Model = models[golden.model]
  const fits = (loss: Loss): boolean => loss.task === model.task
  const loss = Object.values<Loss>(losses).find(fits) as Loss
  const { shape, values } = tensorOf(golden, 'images')
  const images = tf.tensor4d(values, shape as [number, number, number, number])
  const labels = tf.tensor1d(Int32Array.from(tensorOf(golden, 'labels').values), 'int32')
  const named = (tensors: tf.Tensor[]) => Object.fromEntries(golden.specs.map(({ name }, i) => [name, tensors[i]]))
  const parameters = parameterTensors(golden)
  const lossOf = (...tensors: tf.Tensor[]) =>
    loss.lossSum(model.forward(named(tensors), images), { images, labels, classes: golden.classes })
  const { value, grads } = tf.valueAndGrads(lossOf)(parameters)
  const gradients = Object.fromEntries(golden.specs.map(({ name }, i) => [`gradient/${name}`, grads[i]]))
  const code: tf.NamedTensorMap = model.encode ? { code: model.encode(named(parameters), images) } : {}
  return { loss: value, output: model.forward(named(parameters), images), ...code, ...gradients }
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
    let computed: Map<string, Float32Array>

    beforeAll(() => {
      computed = compute(golden)
    })

    test("the loss is PyTorch's", () => {
      expect(relativeError(computed.get('loss') ?? [], [golden.loss])).toBeLessThan(relativeTolerance)
    })

    test.each([...golden.tensors.keys()].filter((key) => !inputs.includes(key)))("%s is PyTorch's", (key) => {
      const want = tensorOf(golden, key).values
      expect(want.some((value) => Math.abs(value) > liveMagnitude)).toBe(true)
      expect(relativeError(computed.get(key) ?? [], want)).toBeLessThan(relativeTolerance)
    })

    test('the fixture has a gradient of the right shape for every parameter', () => {
      for (const { name: parameter, shape } of golden.specs) expect(tensorOf(golden, `gradient/${parameter}`).shape).toEqual(shape)
    })
  })
})

test.each(goldenCaseNames)('%s holds gradients at the very parameters that we draw', (name) => {
  const { parameters, parametersSha256 } = readGoldenCase(name)
  expect(createHash('sha256').update(parameters).digest('hex')).toBe(parametersSha256)
})
