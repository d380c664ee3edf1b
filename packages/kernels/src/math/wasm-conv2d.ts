// Convolutions as indirect matrix products, one image at a time so that the padded image stays in the cache.
import type { ConvGeometry } from '../geometry.ts'
import type { Scratch } from './scratch.ts'
import type { WasmExports } from './wasm-exports.ts'

const FLOAT_BYTES = 4
const PANEL_COLUMNS = 8
const PANEL_ROW_BYTES = PANEL_COLUMNS * FLOAT_BYTES
const TABLE_MULTIPLE = 12
const TILE_BYTES = 4 * PANEL_ROW_BYTES
/** Below this many output channels a panel of eight is mostly padding, and dot products are faster. */
const DOT_COLUMNS = 3

const panels = (columns: number) => Math.ceil(columns / PANEL_COLUMNS)
const tableBytes = (rows: number) => (Math.ceil(rows / TABLE_MULTIPLE) * TABLE_MULTIPLE + TABLE_MULTIPLE) * FLOAT_BYTES

// How an image is laid out before windows are read from it.
interface Placement {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly paddedHeight: number
  readonly paddedWidth: number
  readonly top: number
  readonly left: number
  /** Distance of the image's pixels in the padded image. */
  readonly spreadHeight: number
  readonly spreadWidth: number
}

const imageBytes = (p: Placement) => p.height * p.width * p.channels * FLOAT_BYTES
const paddedBytes = (p: Placement) => p.paddedHeight * p.paddedWidth * p.channels * FLOAT_BYTES
const isPlain = (p: Placement) =>
  p.top === 0 && p.left === 0 && p.paddedHeight === p.height && p.paddedWidth === p.width && p.spreadHeight * p.spreadWidth === 1

function inputPlacement(g: ConvGeometry): Placement {
  const bottom = Math.max(g.inHeight, (g.outHeight - 1) * g.strideHeight + g.filterHeight - g.padTop)
  const right = Math.max(g.inWidth, (g.outWidth - 1) * g.strideWidth + g.filterWidth - g.padLeft)
  return {
    height: g.inHeight,
    width: g.inWidth,
    channels: g.inChannels,
    paddedHeight: g.padTop + bottom,
    paddedWidth: g.padLeft + right,
    top: g.padTop,
    left: g.padLeft,
    spreadHeight: 1,
    spreadWidth: 1,
  }
}

// The gradient of the input is a convolution of stride 1 over dy, its pixels spread by the stride.
function gradientPlacement(g: ConvGeometry): Placement {
  return {
    height: g.outHeight,
    width: g.outWidth,
    channels: g.outChannels,
    paddedHeight: g.inHeight + g.filterHeight - 1,
    paddedWidth: g.inWidth + g.filterWidth - 1,
    top: g.filterHeight - 1 - g.padTop,
    left: g.filterWidth - 1 - g.padLeft,
    spreadHeight: g.strideHeight,
    spreadWidth: g.strideWidth,
  }
}

// The address to read image number `image` from: its padded copy, or itself where there is nothing to pad.
function placeImage(wasm: WasmExports, p: Placement, images: number, image: number, padded: number): number {
  const from = images + image * imageBytes(p)
  if (isPlain(p)) return from
  if (image === 0) wasm.fill(padded, 0, paddedBytes(p))
  wasm.placeImage(from, p.height, p.width, p.channels, padded, p.paddedHeight, p.paddedWidth, p.top, p.left, p.spreadHeight, p.spreadWidth)
  return padded
}

interface WindowProduct {
  readonly batch: number
  readonly placement: Placement
  readonly outHeight: number
  readonly outWidth: number
  readonly outChannels: number
  readonly strideHeight: number
  readonly strideWidth: number
  readonly filterHeight: number
  readonly filterWidth: number
}

// out[pixel, channel] = Σ over the window of image · weights, for weights that `packWeights` lays out.
function multiplyWindows(
  wasm: WasmExports,
  scratch: Scratch,
  w: WindowProduct,
  images: number,
  out: number,
  packWeights: (to: number, asDots: boolean) => void,
): void {
  const { placement: p } = w
  const pixels = w.outHeight * w.outWidth
  const asDots = w.outChannels <= DOT_COLUMNS
  const steps = w.filterWidth * p.channels
  const depth = w.filterHeight * steps
  const weights = scratch.reserve(panels(w.outChannels) * depth * PANEL_ROW_BYTES + tableBytes(pixels) + TILE_BYTES + paddedBytes(p))
  const table = weights + panels(w.outChannels) * depth * PANEL_ROW_BYTES
  const tile = table + tableBytes(pixels)
  const padded = tile + TILE_BYTES
  packWeights(weights, asDots)
  const paddedRow = p.paddedWidth * p.channels * FLOAT_BYTES
  wasm.fillOffsets(table, w.outHeight, w.outWidth, 1, w.strideHeight * paddedRow, w.strideWidth * p.channels * FLOAT_BYTES)
  const gap = paddedRow - steps * FLOAT_BYTES
  for (let image = 0; image < w.batch; image++) {
    const a = placeImage(wasm, p, images, image, padded)
    const c = out + image * pixels * w.outChannels * FLOAT_BYTES
    if (asDots) wasm.multiplyDots(a, table, pixels, gap, steps, w.filterHeight, weights, c, w.outChannels)
    else {
      const panelStep = depth * PANEL_ROW_BYTES
      wasm.multiplyRows(a, table, pixels, gap, steps, w.filterHeight, weights, PANEL_ROW_BYTES, panelStep, c, w.outChannels, false, tile)
    }
  }
}

export function conv2d(wasm: WasmExports, scratch: Scratch, g: ConvGeometry, x: number, filter: number, out: number): void {
  const depth = g.filterHeight * g.filterWidth * g.inChannels
  const product = {
    ...g,
    placement: inputPlacement(g),
  }
  multiplyWindows(wasm, scratch, product, x, out, (to, asDots) => {
    if (asDots) wasm.transpose(filter, depth, g.outChannels, to, depth * FLOAT_BYTES)
    else wasm.packRows(filter, g.outChannels * FLOAT_BYTES, depth, g.outChannels, to, depth * PANEL_ROW_BYTES)
  })
}

export function conv2dBackpropInput(wasm: WasmExports, scratch: Scratch, g: ConvGeometry, dy: number, filter: number, dx: number): void {
  const taps = g.filterHeight * g.filterWidth
  const tapBytes = g.inChannels * g.outChannels * FLOAT_BYTES
  const depth = taps * g.outChannels
  const product = {
    batch: g.batch,
    placement: gradientPlacement(g),
    outHeight: g.inHeight,
    outWidth: g.inWidth,
    outChannels: g.inChannels,
    strideHeight: 1,
    strideWidth: 1,
    filterHeight: g.filterHeight,
    filterWidth: g.filterWidth,
  }
  // The filter turned by half a turn, each tap [in, out] read as [out, in].
  multiplyWindows(wasm, scratch, product, dy, dx, (to, asDots) => {
    for (let tap = 0; tap < taps; tap++) {
      const from = filter + (taps - 1 - tap) * tapBytes
      if (asDots) {
        const column = g.outChannels * FLOAT_BYTES
        for (let ci = 0; ci < g.inChannels; ci++) {
          wasm.transpose(from + ci * column, g.outChannels, 1, to + ci * depth * FLOAT_BYTES + tap * column, column)
        }
      } else {
        const panelStep = depth * PANEL_ROW_BYTES
        wasm.packColumns(
          from,
          g.outChannels * FLOAT_BYTES,
          g.outChannels,
          g.inChannels,
          to + tap * g.outChannels * PANEL_ROW_BYTES,
          panelStep,
        )
      }
    }
  })
}

export function conv2dBackpropFilter(wasm: WasmExports, scratch: Scratch, g: ConvGeometry, x: number, dy: number, dFilter: number): void {
  const p = inputPlacement(g)
  const pixels = g.outHeight * g.outWidth
  const rows = g.filterHeight * g.filterWidth * g.inChannels
  const isPacked = g.outChannels % PANEL_COLUMNS !== 0
  const packedBytes = isPacked ? panels(g.outChannels) * pixels * PANEL_ROW_BYTES : 0
  const table = scratch.reserve(tableBytes(rows) + TILE_BYTES + packedBytes + paddedBytes(p))
  const tile = table + tableBytes(rows)
  const packed = tile + TILE_BYTES
  const padded = packed + packedBytes
  const paddedRow = p.paddedWidth * p.channels * FLOAT_BYTES
  const pixelStep = g.strideWidth * p.channels * FLOAT_BYTES
  const rowGap = g.strideHeight * paddedRow - g.outWidth * pixelStep
  const dyRow = g.outChannels * FLOAT_BYTES
  wasm.fillOffsets(table, g.filterHeight, 1, g.filterWidth * g.inChannels, paddedRow, 0)
  wasm.fill(dFilter, 0, rows * dyRow)
  for (let image = 0; image < g.batch; image++) {
    const a = placeImage(wasm, p, x, image, padded)
    let b = dy + image * pixels * dyRow
    if (isPacked) {
      wasm.packRows(b, dyRow, pixels, g.outChannels, packed, pixels * PANEL_ROW_BYTES)
      b = packed
    }
    const bStep = isPacked ? PANEL_ROW_BYTES : dyRow
    const panelStep = isPacked ? pixels * PANEL_ROW_BYTES : PANEL_ROW_BYTES
    wasm.multiplyColumns(
      a,
      table,
      rows,
      pixelStep,
      rowGap,
      g.outWidth,
      g.outHeight,
      b,
      bStep,
      panelStep,
      dFilter,
      g.outChannels,
      true,
      tile,
    )
  }
}
