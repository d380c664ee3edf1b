// Laws of every loss in the registry, then each one against its definition in double precision.
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { MersenneTwister } from '../random/mersenne-twister.ts'
import { losses } from '../registries.ts'
import type { Loss } from './loss.ts'

// Losses are sums of some tens of float32 terms.
const relativeTolerance = 1e-6
const examples = 5
const classes = 4
const imageShape: [number, number, number] = [3, 2, 2]
const pixels = 12

function draw(count: number, seed: number, low: number, high: number): number[] {
  const generator = new MersenneTwister(seed)
  return Array.from({ length: count }, () => Math.fround(low + (high - low) * (generator.nextUint32() / 2 ** 32)))
}

const images = draw(examples * pixels, 1, 0, 1)
const labels = [2, 0, 3, 3, 1]
const outputs = { reconstruction: draw(examples * pixels, 2, 0, 1), classification: draw(examples * classes, 3, -4, 4) }

/** The loss of examples [from, to). */
function lossOf(loss: Loss, output: readonly number[], from = 0, to = examples): number {
  return tf.tidy(() => {
    const count = to - from
    const width = output.length / examples
    const shape = loss.task === 'reconstruction' ? [count, ...imageShape] : [count, width]
    const target = {
      images: tf.tensor4d(images.slice(from * pixels, to * pixels), [count, ...imageShape]),
      labels: tf.tensor1d(labels.slice(from, to), 'int32'),
      classes,
    }
    const sum = loss.lossSum(tf.tensor(output.slice(from * width, to * width), shape), target)
    expect(sum.shape).toEqual([])
    return sum.dataSync()[0]
  })
}

function expectNear(got: number, want: number): void {
  expect(Math.abs(got - want)).toBeLessThanOrEqual(relativeTolerance * Math.abs(want))
}

beforeAll(() => tf.setBackend('cpu'))

describe.each(Object.entries<Loss>(losses))('%s', (_name, loss) => {
  const output = outputs[loss.task]

  test("a batch's loss is the sum of its examples' losses", () => {
    const single = labels.map((_, i) => lossOf(loss, output, i, i + 1))
    const sum = single.reduce((a, b) => a + b)
    expectNear(lossOf(loss, output), sum)
    expectNear(lossOf(loss, output, 0, 2) + lossOf(loss, output, 2), sum)
    expect(new Set(single).size).toBe(examples)
  })

  test('a loss is positive', () => {
    expect(lossOf(loss, output)).toBeGreaterThan(0)
  })
})

test('mean squared error is the mean over the pixels, summed over the examples', () => {
  const output = outputs.reconstruction
  const want = output.reduce((sum, value, i) => sum + (value - images[i]) ** 2, 0) / pixels
  expectNear(lossOf(losses['mean-squared-error'], output), want)
})

test('mean squared error of the image itself is 0', () => {
  expect(lossOf(losses['mean-squared-error'], images)).toBe(0)
})

test('softmax cross-entropy is minus the logarithm of the true class’s probability', () => {
  const scores = outputs.classification
  const want = labels.reduce((sum, label, i) => {
    const row = scores.slice(i * classes, (i + 1) * classes)
    const total = row.reduce((partition, score) => partition + Math.exp(score), 0)
    return sum - Math.log(Math.exp(row[label]) / total)
  }, 0)
  expectNear(lossOf(losses['softmax-cross-entropy'], scores), want)
})

test('softmax cross-entropy of equal scores is the logarithm of the number of classes', () => {
  const equal = new Array<number>(examples * classes).fill(3)
  expectNear(lossOf(losses['softmax-cross-entropy'], equal), examples * Math.log(classes))
})

test('softmax cross-entropy stays finite at scores whose exponentials do not', () => {
  const scores = labels.flatMap((_, i) => Array.from({ length: classes }, (_score, c) => (c === i % classes ? 1000 : -1000)))
  const wrong = labels.filter((label, i) => label !== i % classes).length
  expectNear(lossOf(losses['softmax-cross-entropy'], scores), 2000 * wrong)
})
