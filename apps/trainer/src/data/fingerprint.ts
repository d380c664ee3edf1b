import { createHash } from 'node:crypto'
import type { Split } from './dataset.ts'

/** SHA-256, in hexadecimal, of the first `count` images and then their labels: says whether two runs saw the same data. */
export function fingerprint(split: Split, count: number): string {
  if (!Number.isInteger(count) || count < 0 || count > split.count) {
    throw new RangeError(`fingerprint: count must be between 0 and ${split.count}, got ${count}`)
  }
  const imageBytes = split.images.length / split.count
  const hash = createHash('sha256')
  hash.update(split.images.subarray(0, count * imageBytes))
  hash.update(split.labels.subarray(0, count))
  return hash.digest('hex')
}
