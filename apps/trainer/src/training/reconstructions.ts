import type { Session } from './session.ts'

/** Test examples pictured after each epoch: as many as fit a strip that is still readable on a phone. */
const pictured = 10

/** Records one grey picture: originals in the upper row, reconstructions below. */
export async function recordReconstructions({ gang, dataset, emit }: Session, step: number, epoch: number): Promise<void> {
  const { height, width, channels } = dataset.input
  if (channels !== 1) return
  const count = Math.min(pictured, dataset.test.count)
  const outputs = await gang.forward('test', 0, count)
  const strip = new Uint8Array(2 * height * count * width)
  for (let example = 0; example < count; example++) {
    for (let y = 0; y < height; y++) {
      const from = (example * height + y) * width
      const to = y * count * width + example * width
      strip.set(dataset.test.images.subarray(from, from + width), to)
      for (let x = 0; x < width; x++) strip[to + height * count * width + x] = toGrey(outputs[from + x])
    }
  }
  const pixels = Buffer.from(strip).toString('base64')
  emit({ type: 'image-recorded', key: 'reconstructions/test', step, epoch, width: count * width, height: 2 * height, pixels })
}

function toGrey(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 255)
}
