import { backend_util } from '@tensorflow/tfjs-core'

/** Shapes of one 2-D convolution, [batch, height, width, channels], filter [height, width, in, out], no dilation. */
export interface ConvGeometry {
  readonly batch: number
  readonly inHeight: number
  readonly inWidth: number
  readonly inChannels: number
  readonly outHeight: number
  readonly outWidth: number
  readonly outChannels: number
  readonly filterHeight: number
  readonly filterWidth: number
  readonly strideHeight: number
  readonly strideWidth: number
  readonly padTop: number
  readonly padLeft: number
}

/** Shapes of one 2-D pooling, [batch, height, width, channels]; windows are clipped to the image. */
export interface PoolGeometry {
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly outHeight: number
  readonly outWidth: number
  readonly poolHeight: number
  readonly poolWidth: number
  readonly strideHeight: number
  readonly strideWidth: number
  readonly padTop: number
  readonly padLeft: number
}

/**
 * Shapes of a convolution of stride 1 that keeps the size, pooled in windows of four pixels side by side: a dense picture
 * [batch, height, width, channels], pooled features [batch, rows, columns, features], filter [height, width, channels, features].
 */
export interface PooledConvGeometry {
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly rows: number
  readonly columns: number
  readonly features: number
  readonly filterHeight: number
  readonly filterWidth: number
  readonly padTop: number
  readonly padLeft: number
  readonly poolHeight: number
  readonly poolWidth: number
}

/** The attributes that TensorFlow.js gives its convolution kernels. */
export interface ConvAttributes {
  readonly strides: number | [number, number]
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding
  readonly dataFormat?: 'NHWC' | 'NCHW'
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly dilations?: number | [number, number]
}

/** The attributes that TensorFlow.js gives its pooling kernels. */
export interface PoolAttributes {
  readonly filterSize: number | [number, number]
  readonly strides: number | [number, number]
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** The geometry of a convolution, or null for a layout or dilation that our kernels leave to the stock ones. */
export function convGeometry(inShape: number[], filterShape: number[], attributes: ConvAttributes): ConvGeometry | null {
  const { strides, pad, dataFormat, dimRoundingMode, dilations } = attributes
  if (dataFormat === 'NCHW') return null
  const info = backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
  )
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) return null
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  }
}

export function poolGeometry(inShape: number[], attributes: PoolAttributes): PoolGeometry {
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  const info = backend_util.computePool2DInfo(inShape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode)
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    poolHeight: info.filterHeight,
    poolWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  }
}

/** Windows side by side, as many as fit: what the kernels with positions work on. */
export function windowsThatFit(inShape: number[], poolSize: [number, number]): PoolGeometry {
  const [batch = 0, height = 0, width = 0, channels = 0] = inShape
  const [poolHeight, poolWidth] = poolSize
  return {
    batch,
    height,
    width,
    channels,
    outHeight: Math.floor(height / poolHeight),
    outWidth: Math.floor(width / poolWidth),
    poolHeight,
    poolWidth,
    strideHeight: poolHeight,
    strideWidth: poolWidth,
    padTop: 0,
    padLeft: 0,
  }
}

/** The geometry of a convolution with its pooling; the filter is [height, width, channels of the dense picture, features]. */
export function pooledConvGeometry(
  denseShape: number[],
  filterShape: number[],
  [poolHeight, poolWidth]: [number, number],
): PooledConvGeometry {
  const [batch = 0, height = 0, width = 0, channels = 0] = denseShape
  const [filterHeight = 0, filterWidth = 0, filterChannels = 0, features = 0] = filterShape
  if (poolHeight * poolWidth !== 4)
    throw new RangeError(`pooled convolution: a window must have 4 pixels, got ${poolHeight} x ${poolWidth}`)
  if (filterChannels !== channels)
    throw new RangeError(`pooled convolution: the filter must have ${channels} channels, got ${filterChannels}`)
  return {
    batch,
    height,
    width,
    channels,
    rows: Math.floor(height / poolHeight),
    columns: Math.floor(width / poolWidth),
    features,
    filterHeight,
    filterWidth,
    padTop: Math.floor((filterHeight - 1) / 2),
    padLeft: Math.floor((filterWidth - 1) / 2),
    poolHeight,
    poolWidth,
  }
}
