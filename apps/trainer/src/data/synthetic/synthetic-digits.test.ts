import { expect, test } from 'vitest'
import { fingerprint } from '../fingerprint.ts'
import { drawSyntheticDigits, syntheticDigits, syntheticDigitsSeed } from './synthetic-digits.ts'

const imageBytes = 28 * 28
const sample = drawSyntheticDigits(3, 'train', 3000)
const imageAt = (index: number) => sample.images.subarray(index * imageBytes, (index + 1) * imageBytes)

test('the pictures of the dataset are the ones that its name has always meant', () => {
  expect(fingerprint(drawSyntheticDigits(syntheticDigitsSeed, 'train', 500), 500)).toBe(
    'c7e7e67c86455201a296878f82681eb49fcf25b8678a6e9cfaa84eb7de061ce3',
  )
  expect(fingerprint(drawSyntheticDigits(syntheticDigitsSeed, 'test', 500), 500)).toBe(
    '049515a97352bb1e635275e1e9eaa0583444a0cb3eb1457131528624c2b8deeb',
  )
})

test('a picture depends on seed, split and index alone, not on how many are drawn', () => {
  const few = drawSyntheticDigits(3, 'train', 10)
  expect([...few.images]).toEqual([...sample.images.subarray(0, 10 * imageBytes)])
  expect([...few.labels]).toEqual([...sample.labels.subarray(0, 10)])
})

test('another seed, a seed beyond 32 bits and the other split give other pictures', () => {
  const prints = [
    fingerprint(sample, 50),
    fingerprint(drawSyntheticDigits(4, 'train', 50), 50),
    fingerprint(drawSyntheticDigits(3 + 2 ** 32, 'train', 50), 50),
    fingerprint(drawSyntheticDigits(3, 'test', 50), 50),
  ]
  expect(new Set(prints).size).toBe(4)
})

test('no two pictures are alike', () => {
  const prints = Array.from({ length: sample.count }, (_, index) => Buffer.from(imageAt(index)).toString('latin1'))
  expect(new Set(prints).size).toBe(sample.count)
})

test('every digit has about a tenth of the examples', () => {
  const counts = new Array<number>(10).fill(0)
  for (const label of sample.labels) counts[label] = (counts[label] ?? 0) + 1
  // Five standard deviations of a fair draw: 5 * sqrt(3000 * 0.1 * 0.9) = 82.
  for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(82)
})

test('labels come in no order: neighbours agree about one time in ten', () => {
  const agreements = sample.labels.filter((label, index) => label === sample.labels[index + 1]).length
  expect(agreements / sample.count).toBeGreaterThan(0.07)
  expect(agreements / sample.count).toBeLessThan(0.13)
})

test('every picture is mostly paper and has ink that is dark somewhere', () => {
  for (let index = 0; index < sample.count; index++) {
    const inked = imageAt(index).filter((value) => value > 127).length
    expect(inked).toBeGreaterThan(12)
    expect(inked).toBeLessThan(imageBytes / 2)
  }
})

test('a nearest-centroid reader is far above chance and far from perfect', () => {
  const drawn = drawSyntheticDigits(3, 'test', 1000)
  const centroids = centroidsOf(sample.images, sample.labels)
  const right = drawn.labels.filter((label, index) => nearest(centroids, drawn.images, index) === label).length
  expect(right / drawn.count).toBeGreaterThan(0.5)
  expect(right / drawn.count).toBeLessThan(0.9)
})

test('a limit draws only the training pictures that it needs', async () => {
  const { train, test: testSplit } = await syntheticDigits.load({ dataDir: 'unused', limit: 20 })
  expect(train.count).toBe(20)
  expect(testSplit.count).toBe(10_000)
  expect(train.images.buffer).toBeInstanceOf(SharedArrayBuffer)
  expect(train.labels.buffer).toBeInstanceOf(SharedArrayBuffer)
})

function centroidsOf(images: Uint8Array, labels: Uint8Array): Float64Array[] {
  const centroids = Array.from({ length: 10 }, () => new Float64Array(imageBytes))
  const counts = new Array<number>(10).fill(0)
  for (const [index, label] of labels.entries()) {
    counts[label] = (counts[label] ?? 0) + 1
    const centroid = centroids[label] ?? new Float64Array()
    for (let pixel = 0; pixel < imageBytes; pixel++) centroid[pixel] = (centroid[pixel] ?? 0) + (images[index * imageBytes + pixel] ?? 0)
  }
  return centroids.map((centroid, digit) => centroid.map((sum) => sum / (counts[digit] ?? 1)))
}

function nearest(centroids: readonly Float64Array[], images: Uint8Array, index: number): number {
  const distances = centroids.map((centroid) =>
    centroid.reduce((sum, value, pixel) => sum + (value - (images[index * imageBytes + pixel] ?? 0)) ** 2, 0),
  )
  return distances.indexOf(Math.min(...distances))
}
