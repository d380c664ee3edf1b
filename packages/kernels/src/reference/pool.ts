// Pooling by definition, [batch, height, width, channels].
import type { PoolGeometry } from '../geometry.ts'

// Visits every element of every window: its index in the image, its position dy · poolWidth + dx, and its output.
function forEachWindowElement(g: PoolGeometry, visit: (index: number, position: number, outIndex: number) => void): void {
  for (let out = 0; out < g.batch * g.outHeight * g.outWidth; out++) {
    const ox = out % g.outWidth
    const oy = Math.floor(out / g.outWidth) % g.outHeight
    const image = Math.floor(out / (g.outWidth * g.outHeight))
    for (let position = 0; position < g.poolHeight * g.poolWidth; position++) {
      const y = oy * g.strideHeight - g.padTop + Math.floor(position / g.poolWidth)
      const x = ox * g.strideWidth - g.padLeft + (position % g.poolWidth)
      if (y < 0 || y >= g.height || x < 0 || x >= g.width) continue
      const pixel = ((image * g.height + y) * g.width + x) * g.channels
      for (let channel = 0; channel < g.channels; channel++) visit(pixel + channel, position, out * g.channels + channel)
    }
  }
}

/** The maximum of each window and, if asked for, its position; the first of equals wins, a NaN beats every number. */
export function maxPool(g: PoolGeometry, x: Float32Array, out: Float32Array, positions: Int32Array | null): void {
  out.fill(Number.NEGATIVE_INFINITY)
  positions?.fill(0)
  forEachWindowElement(g, (index, position, outIndex) => {
    const value = x[index]
    if (!(value > out[outIndex]) && !Number.isNaN(value)) return
    out[outIndex] = value
    if (positions) positions[outIndex] = position
  })
}

/** dx = the gradient of max-pooling: each dy goes to its window's maximum, overlapping windows add. */
export function maxPoolGrad(g: PoolGeometry, x: Float32Array, dy: Float32Array, dx: Float32Array): void {
  const positions = new Int32Array(dy.length)
  maxPool(g, x, new Float32Array(dy.length), positions)
  maxUnpool(g, dy, positions, dx)
}

/** out = zeros with each pooled x added at its position. */
export function maxUnpool(g: PoolGeometry, x: Float32Array, positions: Int32Array, out: Float32Array): void {
  out.fill(0)
  forEachWindowElement(g, (index, position, outIndex) => {
    if (positions[outIndex] === position) out[index] += x[outIndex]
  })
}

/** dx = dy gathered at the positions. */
export function maxUnpoolGrad(g: PoolGeometry, dy: Float32Array, positions: Int32Array, dx: Float32Array): void {
  dx.fill(0)
  forEachWindowElement(g, (index, position, outIndex) => {
    if (positions[outIndex] === position) dx[outIndex] = dy[index]
  })
}
