// A convolution joined to its pooling, and the transposed convolution of an unpooled picture: values and every gradient
// equal those of the same steps one by one, on every backend, whether it has kernels for them or not.
import { MersenneTwister, maxPoolWithPositions, maxUnpool, pooledConvolution, unpooledTransposedConvolution } from '@lockstep/models'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { backends } from './backends.ts'

type Shape = [number, number, number, number]
interface Case {
  picture: Shape
  features: number
  poolSize: [number, number]
}

const everywhere: [string, () => Promise<unknown>][] = [['cpu, before kernels', () => tf.setBackend('cpu')], ...Object.entries(backends)]
const cases: Case[] = [
  { picture: [2, 6, 8, 1], features: 12, poolSize: [2, 2] },
  { picture: [2, 7, 5, 16], features: 3, poolSize: [2, 2] },
  { picture: [1, 6, 9, 2], features: 4, poolSize: [2, 3] },
]
// Sums of up to 144 products of numbers in [-1, 1], each rounded to float32: some tens of units in the last place.
const tolerance = 2e-5

function numbers(shape: number[], seed: number): tf.Tensor {
  const generator = new MersenneTwister(seed)
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => generator.nextUint32() / 2 ** 31 - 1)
  return tf.tensor(values, shape)
}

function expectEqual(got: tf.Tensor[], want: tf.Tensor[]): void {
  expect(got.map(({ shape }) => shape)).toEqual(want.map(({ shape }) => shape))
  for (const [i, tensor] of want.entries()) {
    const wanted = tensor.dataSync<'float32'>()
    expect(wanted.some((value) => value !== 0)).toBe(true)
    const worst = got[i].dataSync<'float32'>().reduce((most, value, at) => Math.max(most, Math.abs(value - wanted[at])), 0)
    expect(worst).toBeLessThan(tolerance)
  }
}

/** Both results with the gradients of all inputs, for a loss in which every value counts differently. */
function withGradients(result: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  const { value, grads } = tf.valueAndGrads((...tensors) => {
    const output = result(...tensors)
    return tf.sum(tf.mul(output, numbers(output.shape, 9)))
  })(inputs)
  return [result(...inputs), value, ...grads]
}

describe.each(everywhere)('%s', (_backend, use) => {
  beforeAll(use)

  describe.each(cases)('$picture to $features features in windows of $poolSize', ({ picture, features, poolSize }) => {
    const filterShape = [3, 3, picture[3], features]
    const inputsOf = () => [numbers(picture, 1), numbers(filterShape, 2), numbers([features], 3)] as [tf.Tensor4D, tf.Tensor4D, tf.Tensor1D]
    const stepByStep = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
      maxPoolWithPositions(tf.add(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'), bias), poolSize)

    test('pooled convolution equals convolution, bias and pooling', () => {
      tf.tidy(() => {
        const inputs = inputsOf()
        const joined = (...[x, filter, bias]: tf.Tensor[]) =>
          pooledConvolution(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, poolSize).values
        expectEqual(
          withGradients(joined, inputs),
          withGradients((...[x, filter, bias]) => stepByStep(x, filter, bias).values, inputs),
        )
        const { positions } = pooledConvolution(...inputs, poolSize)
        expect(positions.dtype).toBe('int32')
        expect(positions.dataSync()).toEqual(stepByStep(...inputs).positions.dataSync())
      })
    })

    test('the transposed convolution of an unpooled picture equals unpooling, transposed convolution and bias', () => {
      tf.tidy(() => {
        const { values, positions } = stepByStep(...inputsOf())
        const [batch, height, width, channels] = picture
        const inputs = [values, numbers(filterShape, 4), numbers([channels], 5)]
        const joined = (...[x, filter, bias]: tf.Tensor[]) => {
          const pooled = { values: x as tf.Tensor4D, positions }
          return unpooledTransposedConvolution(pooled, filter as tf.Tensor4D, bias as tf.Tensor1D, poolSize, [height, width])
        }
        const oneByOne = (...[x, filter, bias]: tf.Tensor[]) => {
          const unpooled = maxUnpool(x as tf.Tensor4D, positions, poolSize, [batch, height, width, features])
          return tf.add(tf.conv2dTranspose(unpooled, filter as tf.Tensor4D, picture, 1, 'same'), bias)
        }
        expectEqual(withGradients(joined, inputs), withGradients(oneByOne, inputs))
      })
    })

    test('a gradient flows through both, wherever the positions come from', () => {
      tf.tidy(() => {
        const [x, filter, bias] = inputsOf()
        // Both ways agree, so |first - 2 · second|² is |either|², and gradients through both must add up to its gradient.
        const back = (...args: Parameters<typeof pooledConvolution>) => {
          const pooled = [pooledConvolution(...args), stepByStep(args[0], args[1], args[2])]
          const grown = pooled.map((p) =>
            unpooledTransposedConvolution(p, filter, tf.zeros([picture[3]]), poolSize, [picture[1], picture[2]]),
          )
          return tf.sum(tf.square(tf.sub(grown[0], tf.mul(grown[1], 2))))
        }
        const alone = (input: tf.Tensor) => {
          const { values, positions } = stepByStep(input, filter, bias)
          return tf.sum(
            tf.square(
              unpooledTransposedConvolution({ values, positions }, filter, tf.zeros([picture[3]]), poolSize, [picture[1], picture[2]]),
            ),
          )
        }
        const got = tf.grad((input) => back(input as tf.Tensor4D, filter, bias, poolSize))(x)
        expectEqual([tf.div(got, 100)], [tf.div(tf.grad(alone)(x), 100)])
      })
    })

    test('nothing is left behind', () => {
      const before = tf.memory().numTensors
      tf.tidy(() => {
        withGradients(
          (...[x, filter, bias]) => pooledConvolution(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, poolSize).values,
          inputsOf(),
        )
      })
      expect(tf.memory().numTensors).toBe(before)
    })
  })
})
