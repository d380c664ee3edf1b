// Convolution with pooling, by definition: the full-size picture is written out, zeros and all.
import type { ConvGeometry, PooledConvGeometry, PoolGeometry } from '../geometry.ts'
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './conv2d.ts'
import { maxPool, maxUnpool, maxUnpoolGrad } from './pool.ts'

function convolutionOf(g: PooledConvGeometry): ConvGeometry {
  const { batch, height, width, filterHeight, filterWidth, padTop, padLeft } = g
  const size = { inHeight: height, inWidth: width, outHeight: height, outWidth: width, strideHeight: 1, strideWidth: 1 }
  return { ...size, batch, filterHeight, filterWidth, padTop, padLeft, inChannels: g.channels, outChannels: g.features }
}

function poolingOf(g: PooledConvGeometry): PoolGeometry {
  const { batch, height, width, poolHeight, poolWidth } = g
  const place = { strideHeight: poolHeight, strideWidth: poolWidth, padTop: 0, padLeft: 0 }
  return { ...place, batch, height, width, poolHeight, poolWidth, channels: g.features, outHeight: g.rows, outWidth: g.columns }
}

const fullSize = (g: PooledConvGeometry) => g.batch * g.height * g.width * g.features

/** out and positions = the highest of each window of (x convolved with filter, plus bias). */
export function pooledConv2d(
  g: PooledConvGeometry,
  x: Float32Array,
  filter: Float32Array,
  bias: Float32Array,
  out: Float32Array,
  positions: Int32Array,
): void {
  const full = new Float32Array(fullSize(g))
  conv2d(convolutionOf(g), x, filter, full)
  for (let i = 0; i < full.length; i++) full[i] += bias[i % g.features]
  maxPool(poolingOf(g), full, out, positions)
}

/** out = what x convolved with filter has at the positions. */
export function pooledConv2dAtPositions(
  g: PooledConvGeometry,
  x: Float32Array,
  positions: Int32Array,
  filter: Float32Array,
  out: Float32Array,
): void {
  const full = new Float32Array(fullSize(g))
  conv2d(convolutionOf(g), x, filter, full)
  maxUnpoolGrad(poolingOf(g), full, positions, out)
}

/** dFilter = the gradient of the filter, from dense x and pooled dy. */
export function pooledConv2dBackpropFilter(
  g: PooledConvGeometry,
  x: Float32Array,
  dy: Float32Array,
  positions: Int32Array,
  dFilter: Float32Array,
): void {
  const full = new Float32Array(fullSize(g))
  maxUnpool(poolingOf(g), dy, positions, full)
  conv2dBackpropFilter(convolutionOf(g), x, full, dFilter)
}

/** out = the transposed convolution of the unpooled x, plus bias. */
export function unpooledConv2dTranspose(
  g: PooledConvGeometry,
  x: Float32Array,
  positions: Int32Array,
  filter: Float32Array,
  bias: Float32Array | null,
  out: Float32Array,
): void {
  const full = new Float32Array(fullSize(g))
  maxUnpool(poolingOf(g), x, positions, full)
  conv2dBackpropInput(convolutionOf(g), full, filter, out)
  if (bias !== null) for (let i = 0; i < out.length; i++) out[i] += bias[i % g.channels]
}
