// Digits drawn by the program: real variety without a download, the dataset that is always there.

import { datasets } from '@lockstep/models'
import type { DatasetSource, Split } from '../dataset.ts'
import { KeyedRandom } from './random.ts'
import { DigitRenderer, digitSize } from './render-digit.ts'

/** The seed of the dataset named synthetic-digits: part of its definition, so that the name always means the same pictures. */
export const syntheticDigitsSeed = 20_260_101

const streamOf = { train: 0, test: 1 } as const

/** Draws the first `count` digits of a split, [count, 28, 28]; each picture and its label depend only on (seed, split, index). */
export function drawSyntheticDigits(seed: number, split: 'train' | 'test', count: number): Split {
  const pixels = digitSize * digitSize
  const images = new Uint8Array(new SharedArrayBuffer(count * pixels))
  const labels = new Uint8Array(new SharedArrayBuffer(count))
  const random = new KeyedRandom()
  const renderer = new DigitRenderer()
  for (let index = 0; index < count; index++) {
    random.restart(seed, streamOf[split], index)
    const digit = random.below(10)
    labels[index] = digit
    renderer.draw(digit, random, images.subarray(index * pixels, (index + 1) * pixels))
  }
  return { images, labels, count }
}

const description = datasets['synthetic-digits']

/** 60,000 + 10,000 digits drawn from a fixed seed. */
export const syntheticDigits: DatasetSource = {
  description,
  files: null,
  async load({ limit }) {
    const trainCount = Math.min(limit ?? description.trainExamples, description.trainExamples)
    return {
      train: drawSyntheticDigits(syntheticDigitsSeed, 'train', trainCount),
      test: drawSyntheticDigits(syntheticDigitsSeed, 'test', description.testExamples),
    }
  },
}
