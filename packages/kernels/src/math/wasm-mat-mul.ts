import type { MatMulGeometry } from '../reference/mat-mul.ts'
import type { Scratch } from './scratch.ts'
import type { WasmExports } from './wasm-exports.ts'

const FLOAT_BYTES = 4
const PANEL_ROW_BYTES = 8 * FLOAT_BYTES
const TILE_BYTES = 4 * PANEL_ROW_BYTES
/** Products along a longer depth are summed block by block: a block of B stays in the cache and rounding errors stay small. */
const DEPTH_BLOCK = 1024

/** out [rows, columns] = a · b for any transposition, plus the bias [columns] in every row unless its address is 0. */
export function matMul(wasm: WasmExports, scratch: Scratch, g: MatMulGeometry, a: number, b: number, bias: number, out: number): void {
  if (bias !== 0) wasm.repeatRow(bias, out, g.columns * FLOAT_BYTES, g.rows)
  else if (g.depth === 0) wasm.fill(out, 0, g.rows * g.columns * FLOAT_BYTES)
  if (g.depth === 0) return
  const block = Math.min(g.depth, DEPTH_BLOCK)
  const isPacked = g.transposeB || g.columns % 8 !== 0
  const packedBytes = isPacked ? Math.ceil(g.columns / 8) * block * PANEL_ROW_BYTES : 0
  const tile = scratch.reserve(TILE_BYTES + packedBytes + (g.rows + 12) * FLOAT_BYTES)
  const packed = tile + TILE_BYTES
  const table = packed + packedBytes
  wasm.fillOffsets(table, g.rows, 1, 1, g.transposeA ? FLOAT_BYTES : g.depth * FLOAT_BYTES, 0)
  const bRow = g.columns * FLOAT_BYTES
  for (let first = 0; first < g.depth; first += block) {
    const depth = Math.min(block, g.depth - first)
    let panels = b + first * bRow
    if (g.transposeB) wasm.packColumns(b + first * FLOAT_BYTES, g.depth * FLOAT_BYTES, depth, g.columns, packed, depth * PANEL_ROW_BYTES)
    else if (isPacked) wasm.packRows(panels, bRow, depth, g.columns, packed, depth * PANEL_ROW_BYTES)
    if (isPacked) panels = packed
    const bStep = isPacked ? PANEL_ROW_BYTES : bRow
    const panelStep = isPacked ? depth * PANEL_ROW_BYTES : PANEL_ROW_BYTES
    const isAdded = first > 0 || bias !== 0
    if (g.transposeA) {
      const from = a + first * g.rows * FLOAT_BYTES
      wasm.multiplyColumns(from, table, g.rows, g.rows * FLOAT_BYTES, 0, depth, 1, panels, bStep, panelStep, out, g.columns, isAdded, tile)
    } else {
      const from = a + first * FLOAT_BYTES
      wasm.multiplyRows(from, table, g.rows, 0, depth, 1, panels, bStep, panelStep, out, g.columns, isAdded, tile)
    }
  }
}
