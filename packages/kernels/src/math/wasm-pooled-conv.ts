// Convolutions joined to their pooling, one image at a time. Three of the four products work on an unpooled picture, of
// which three values in four are zero: they take the pooled values and their positions, and skip the zeros.
import type { PooledConvGeometry } from '../geometry.ts'
import type { PooledConvolutions } from './kernel-math.ts'
import type { Scratch } from './scratch.ts'
import type { WasmExports } from './wasm-exports.ts'

const FLOAT_BYTES = 4
const VECTOR_BYTES = 16
const ENTRY_BYTES = 8
const PANEL_COLUMNS = 8
const PANEL_ROW_BYTES = PANEL_COLUMNS * FLOAT_BYTES
const POSITIONS = 4
/** The last vectors read or written past an image, an entry written past a list. */
const SLACK_BYTES = 64

/** With whole vectors of dense channels, lanes run along them; with fewer, along the rows of a window's surroundings. */
const isWide = (g: PooledConvGeometry) => g.channels % 8 === 0
const windowCount = (g: PooledConvGeometry) => g.rows * g.columns
const pooledBytes = (g: PooledConvGeometry) => windowCount(g) * g.features * FLOAT_BYTES
const denseBytes = (g: PooledConvGeometry) => g.height * g.width * g.channels * FLOAT_BYTES
const filterBytes = (g: PooledConvGeometry) => g.filterHeight * g.filterWidth * g.channels * g.features * FLOAT_BYTES
const pixelBytes = (g: PooledConvGeometry) => g.channels * FLOAT_BYTES
const paddedRowBytes = (g: PooledConvGeometry) => (g.width + g.filterWidth - 1) * pixelBytes(g)
const paddedBytes = (g: PooledConvGeometry) => (g.height + g.filterHeight - 1) * paddedRowBytes(g) + SLACK_BYTES
const entriesBytes = (g: PooledConvGeometry) => windowCount(g) * g.features * ENTRY_BYTES + SLACK_BYTES

/** Cuts scratch memory into regions of the given sizes, each on a vector boundary. */
function carve(scratch: Scratch, sizes: number[]): number[] {
  const whole = sizes.map((size) => Math.ceil(size / VECTOR_BYTES) * VECTOR_BYTES)
  let address = scratch.reserve(whole.reduce((sum, size) => sum + size, 0))
  return whole.map((size) => {
    address += size
    return address - size
  })
}

/** Copies one dense image between its zero margins, which must be there already. */
function placeImage(wasm: WasmExports, g: PooledConvGeometry, from: number, padded: number): void {
  const height = g.height + g.filterHeight - 1
  const width = g.width + g.filterWidth - 1
  wasm.placeImage(from, g.height, g.width, g.channels, padded, height, width, g.padTop, g.padLeft, 1, 1)
}

/** How a window's surroundings lie in vectors: see assembly/sparse-narrow.ts. */
function patchOf(g: PooledConvGeometry): { patchRows: number; rowVectors: number; used: number; vectors: number } {
  const patchRows = g.poolHeight + g.filterHeight - 1
  const rowVectors = Math.ceil(((g.poolWidth + g.filterWidth - 1) * g.channels) / 4)
  const used = patchRows * rowVectors
  return { patchRows, rowVectors, used, vectors: Math.ceil(used / 4) * 4 }
}

/** All four pixels of every window, then the highest of them or the one at a given position. */
function multiplyWindows(
  wasm: WasmExports,
  scratch: Scratch,
  g: PooledConvGeometry,
  operands: { x: number; filter: number; bias: number; out: number; positions: number; isPicked: boolean },
): void {
  const steps = g.filterWidth * g.channels
  const depth = g.filterHeight * steps
  const panelStep = (depth + 1) * PANEL_ROW_BYTES
  const panelsBytes = Math.ceil(g.features / PANEL_COLUMNS) * panelStep
  const tableBytes = windowCount(g) * POSITIONS * FLOAT_BYTES
  const [panels, table, tile, padded] = carve(scratch, [panelsBytes, tableBytes, 2 * PANEL_ROW_BYTES, paddedBytes(g)])
  if (operands.bias === 0) wasm.fill(panels, 0, panelsBytes)
  else wasm.packRows(operands.bias, 0, 1, g.features, panels, panelStep)
  wasm.packRows(operands.filter, g.features * FLOAT_BYTES, depth, g.features, panels + PANEL_ROW_BYTES, panelStep)
  wasm.fillWindowOffsets(table, g.rows, g.columns, g.poolHeight, g.poolWidth, paddedRowBytes(g), pixelBytes(g))
  wasm.fill(padded, 0, paddedBytes(g))
  const gap = paddedRowBytes(g) - steps * FLOAT_BYTES
  const multiply = operands.isPicked ? wasm.multiplyPicked : wasm.multiplyHighest
  for (let image = 0; image < g.batch; image++) {
    const to = operands.out + image * pooledBytes(g)
    const positions = operands.positions + image * pooledBytes(g)
    placeImage(wasm, g, operands.x + image * denseBytes(g), padded)
    multiply(padded, table, windowCount(g), gap, steps, g.filterHeight, panels, panelStep, to, positions, g.features, tile)
  }
}

function pickWide(
  wasm: WasmExports,
  scratch: Scratch,
  g: PooledConvGeometry,
  x: number,
  positions: number,
  filter: number,
  out: number,
): void {
  const sizes = [filterBytes(g), entriesBytes(g), windowCount(g) * VECTOR_BYTES, paddedBytes(g)]
  const [weights, entries, sums, padded] = carve(scratch, sizes)
  const steps = g.filterWidth * g.channels
  const depth = g.filterHeight * steps
  const rowStep = paddedRowBytes(g)
  wasm.transpose(filter, depth, g.features, weights, depth * FLOAT_BYTES)
  wasm.fill(padded, 0, paddedBytes(g))
  for (let image = 0; image < g.batch; image++) {
    const pooled = image * pooledBytes(g)
    placeImage(wasm, g, x + image * denseBytes(g), padded)
    wasm.listWindows(0, positions + pooled, g.rows, g.columns, g.features, g.poolHeight, g.poolWidth, rowStep, pixelBytes(g), entries)
    wasm.dotEntries(padded, rowStep, g.filterHeight, steps, entries, windowCount(g), g.features, weights, sums, out + pooled)
  }
}

function sumWide(
  wasm: WasmExports,
  scratch: Scratch,
  g: PooledConvGeometry,
  x: number,
  dy: number,
  positions: number,
  dFilter: number,
): void {
  const [sums, entries, padded] = carve(scratch, [filterBytes(g), entriesBytes(g), paddedBytes(g)])
  const steps = g.filterWidth * g.channels
  const depth = g.filterHeight * steps
  const rowStep = paddedRowBytes(g)
  wasm.fill(sums, 0, filterBytes(g))
  wasm.fill(padded, 0, paddedBytes(g))
  for (let image = 0; image < g.batch; image++) {
    const pooled = image * pooledBytes(g)
    placeImage(wasm, g, x + image * denseBytes(g), padded)
    wasm.listWindows(
      dy + pooled,
      positions + pooled,
      g.rows,
      g.columns,
      g.features,
      g.poolHeight,
      g.poolWidth,
      rowStep,
      pixelBytes(g),
      entries,
    )
    wasm.sumEntries(padded, rowStep, g.filterHeight, steps, entries, windowCount(g), g.features, sums)
  }
  wasm.transpose(sums, g.features, depth, dFilter, g.features * FLOAT_BYTES)
}

function sumNarrow(
  wasm: WasmExports,
  scratch: Scratch,
  g: PooledConvGeometry,
  x: number,
  dy: number,
  positions: number,
  dFilter: number,
): void {
  const { patchRows, rowVectors, vectors } = patchOf(g)
  const tableBytes = g.features * POSITIONS * vectors * VECTOR_BYTES
  const [table, offsets, padded] = carve(scratch, [tableBytes, vectors * FLOAT_BYTES, paddedBytes(g)])
  const rowStep = paddedRowBytes(g)
  wasm.fill(table, 0, tableBytes)
  wasm.fill(padded, 0, paddedBytes(g))
  wasm.fillPatchOffsets(offsets, patchRows, rowVectors, vectors, rowStep)
  for (let image = 0; image < g.batch; image++) {
    const pooled = image * pooledBytes(g)
    placeImage(wasm, g, x + image * denseBytes(g), padded)
    wasm.sumPatches(
      dy + pooled,
      positions + pooled,
      g.rows,
      g.columns,
      g.features,
      table,
      offsets,
      vectors,
      padded,
      g.poolHeight * rowStep,
      g.poolWidth * pixelBytes(g),
    )
  }
  wasm.foldFilter(table, g.filterHeight, g.filterWidth, g.channels, g.features, g.poolWidth, dFilter, rowVectors, vectors)
}

interface TransposedOperands {
  x: number
  positions: number
  filter: number
  bias: number
  out: number
}

function transposeWide(
  wasm: WasmExports,
  scratch: Scratch,
  g: PooledConvGeometry,
  { x, positions, filter, bias, out }: TransposedOperands,
): void {
  const startsBytes = g.height * (g.width + 1) * FLOAT_BYTES
  const [weights, entries, starts, biases] = carve(scratch, [filterBytes(g), entriesBytes(g), startsBytes, pixelBytes(g)])
  const tapBytes = g.channels * g.features * FLOAT_BYTES
  for (let tap = 0; tap < g.filterHeight * g.filterWidth; tap++) {
    wasm.transpose(filter + tap * tapBytes, g.channels, g.features, weights + tap * tapBytes, pixelBytes(g))
  }
  if (bias === 0) wasm.fill(biases, 0, pixelBytes(g))
  const from = bias === 0 ? biases : bias
  for (let image = 0; image < g.batch; image++) {
    const pooled = image * pooledBytes(g)
    wasm.listPixels(
      x + pooled,
      positions + pooled,
      g.rows,
      g.columns,
      g.features,
      g.poolHeight,
      g.poolWidth,
      g.height,
      g.width,
      pixelBytes(g),
      tapBytes,
      starts,
      entries,
    )
    const to = out + image * denseBytes(g)
    wasm.gatherEntries(
      starts,
      g.height,
      g.width,
      g.filterHeight,
      g.filterWidth,
      g.padTop,
      g.padLeft,
      weights,
      g.features,
      g.channels,
      from,
      to,
    )
  }
}

function transposeNarrow(
  wasm: WasmExports,
  scratch: Scratch,
  g: PooledConvGeometry,
  { x, positions, filter, bias, out }: TransposedOperands,
): void {
  const { patchRows, rowVectors, used, vectors } = patchOf(g)
  const tableBytes = g.features * POSITIONS * vectors * VECTOR_BYTES
  const [table, offsets, padded] = carve(scratch, [tableBytes, vectors * FLOAT_BYTES, paddedBytes(g)])
  const rowStep = paddedRowBytes(g)
  wasm.fill(table, 0, tableBytes)
  wasm.spreadFilter(filter, g.filterHeight, g.filterWidth, g.channels, g.features, g.poolWidth, table, rowVectors, vectors)
  wasm.fillPatchOffsets(offsets, patchRows, rowVectors, vectors, rowStep)
  const inner = padded + g.padTop * rowStep + g.padLeft * pixelBytes(g)
  for (let image = 0; image < g.batch; image++) {
    const pooled = image * pooledBytes(g)
    wasm.fill(padded, 0, paddedBytes(g))
    wasm.addPatches(
      x + pooled,
      positions + pooled,
      g.rows,
      g.columns,
      g.features,
      table,
      offsets,
      used,
      vectors,
      padded,
      g.poolHeight * rowStep,
      g.poolWidth * pixelBytes(g),
    )
    wasm.cropPicture(inner, rowStep, g.height, g.width, g.channels, bias, out + image * denseBytes(g))
  }
}

export function createPooledConvolutions(wasm: WasmExports, scratch: Scratch): PooledConvolutions {
  return {
    pooledConv2d: (g, x, filter, bias, out, positions) =>
      multiplyWindows(wasm, scratch, g, { x, filter, bias, out, positions, isPicked: false }),
    pooledConv2dAtPositions: (g, x, positions, filter, out) => {
      if (isWide(g)) pickWide(wasm, scratch, g, x, positions, filter, out)
      else multiplyWindows(wasm, scratch, g, { x, filter, bias: 0, out, positions, isPicked: true })
    },
    pooledConv2dBackpropFilter: (g, x, dy, positions, dFilter) => {
      if (isWide(g)) sumWide(wasm, scratch, g, x, dy, positions, dFilter)
      else sumNarrow(wasm, scratch, g, x, dy, positions, dFilter)
    },
    unpooledConv2dTranspose: (g, x, positions, filter, bias, out) => {
      if (isWide(g)) transposeWide(wasm, scratch, g, { x, positions, filter, bias, out })
      else transposeNarrow(wasm, scratch, g, { x, positions, filter, bias, out })
    },
  }
}
