// The convolution and its two gradients by definition, summed in double precision: the oracle of the fast kernels.
import type { ConvGeometry } from '../geometry.ts'

type Visit = (xIndex: number, filterIndex: number, outIndex: number) => void

// Visits every product x[xIndex] · filter[filterIndex] that adds to out[outIndex].
function forEachProduct(g: ConvGeometry, visit: Visit): void {
  for (let row = 0; row < g.batch * g.outHeight; row++) {
    const image = Math.floor(row / g.outHeight)
    const oy = row % g.outHeight
    for (let ox = 0; ox < g.outWidth; ox++) {
      const outPixel = (row * g.outWidth + ox) * g.outChannels
      for (let ky = 0; ky < g.filterHeight; ky++) {
        const y = oy * g.strideHeight + ky - g.padTop
        if (y < 0 || y >= g.inHeight) continue
        for (let kx = 0; kx < g.filterWidth; kx++) {
          const x = ox * g.strideWidth + kx - g.padLeft
          if (x < 0 || x >= g.inWidth) continue
          const inPixel = ((image * g.inHeight + y) * g.inWidth + x) * g.inChannels
          visitTap(g, inPixel, (ky * g.filterWidth + kx) * g.inChannels * g.outChannels, outPixel, visit)
        }
      }
    }
  }
}

function visitTap(g: ConvGeometry, inPixel: number, tap: number, outPixel: number, visit: Visit): void {
  for (let ci = 0; ci < g.inChannels; ci++) {
    for (let co = 0; co < g.outChannels; co++) visit(inPixel + ci, tap + ci * g.outChannels + co, outPixel + co)
  }
}

/** out = x convolved with filter; x [b, h, w, in], filter [kh, kw, in, out], out [b, oh, ow, out]. */
export function conv2d(g: ConvGeometry, x: Float32Array, filter: Float32Array, out: Float32Array): void {
  const sums = new Float64Array(out.length)
  forEachProduct(g, (xi, fi, oi) => {
    sums[oi] += x[xi] * filter[fi]
  })
  out.set(sums)
}

/** dx = the gradient of the convolution's input, from dy [b, oh, ow, out] and filter. */
export function conv2dBackpropInput(g: ConvGeometry, dy: Float32Array, filter: Float32Array, dx: Float32Array): void {
  const sums = new Float64Array(dx.length)
  forEachProduct(g, (xi, fi, oi) => {
    sums[xi] += dy[oi] * filter[fi]
  })
  dx.set(sums)
}

/** dFilter = the gradient of the convolution's filter, from x and dy. */
export function conv2dBackpropFilter(g: ConvGeometry, x: Float32Array, dy: Float32Array, dFilter: Float32Array): void {
  const sums = new Float64Array(dFilter.length)
  forEachProduct(g, (xi, fi, oi) => {
    sums[fi] += x[xi] * dy[oi]
  })
  dFilter.set(sums)
}
