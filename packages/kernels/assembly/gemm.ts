// The one matrix product behind convolutions, their gradients and dense layers: C (+)= A · B, in register tiles of
// 4 rows by 8 columns, summed in one fixed order per element.
//
// A is read through a table of row offsets (an "indirect" product), so overlapping convolution windows need no copy:
//   element (row, run, step) of A lies at a + rowOffsets[row] + run · (steps · aStep + aGap) + step · aStep.
// The table holds a multiple of 4 entries; those past `rows` repeat the last one, and what they compute is dropped.
// B lies in panels of 8 columns; a row of a panel is read at bStep bytes from the one before.
// C is dense, rows × columns. All offsets and steps are bytes.
import { madd } from './madd'

// Twelve accumulators (6 × 8) would leave fewer loads per multiplication, but V8 then spills registers at the loop's
// back edge and runs at half the speed; eight reach the processor's 128-bit limit with no unrolling.
const TILE_ROWS: i32 = 4
const TILE_COLUMNS: i32 = 8
const ROW_BYTES: i32 = TILE_COLUMNS * 4

// @ts-ignore: decorator
@inline
function store8(at: usize, low: v128, high: v128): void {
  v128.store(at, low)
  v128.store(at, high, 16)
}

// @ts-ignore: decorator
@inline
function add8(at: usize, low: v128, high: v128): void {
  v128.store(at, f32x4.add(v128.load(at), low))
  v128.store(at, f32x4.add(v128.load(at, 16), high), 16)
}

// Copies or adds the part of a tile that lies inside C.
function mergeTile(tile: usize, c: usize, rowStep: i32, rows: i32, columns: i32, accumulate: bool): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = load<f32>(tile + row * ROW_BYTES + column * 4)
      const at = c + row * rowStep + column * 4
      store<f32>(at, accumulate ? load<f32>(at) + value : value)
    }
  }
}

// @ts-ignore: decorator
@inline
function product(
  a: usize, rowOffsets: usize, rows: i32, aStep: i32, aGap: i32, steps: i32, runs: i32,
  b: usize, bStep: i32, panelStep: i32,
  c: usize, columns: i32, accumulate: bool, tile: usize,
): void {
  const rowStep = columns * 4
  for (let row = 0; row < rows; row += TILE_ROWS) {
    const offsets = rowOffsets + (row << 2)
    const rowsHere = min(TILE_ROWS, rows - row)
    let panel = b
    for (let column = 0; column < columns; column += TILE_COLUMNS, panel += panelStep) {
      let a0 = a + load<u32>(offsets)
      let a1 = a + load<u32>(offsets, 4)
      let a2 = a + load<u32>(offsets, 8)
      let a3 = a + load<u32>(offsets, 12)
      let bAt = panel
      let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
      let c10 = f32x4.splat(0), c11 = f32x4.splat(0)
      let c20 = f32x4.splat(0), c21 = f32x4.splat(0)
      let c30 = f32x4.splat(0), c31 = f32x4.splat(0)
      for (let run = runs; run > 0; run--) {
        for (let step = steps; step > 0; step--) {
          const b0 = v128.load(bAt)
          const b1 = v128.load(bAt, 16)
          let value = v128.load32_splat(a0)
          c00 = madd(value, b0, c00)
          c01 = madd(value, b1, c01)
          value = v128.load32_splat(a1)
          c10 = madd(value, b0, c10)
          c11 = madd(value, b1, c11)
          value = v128.load32_splat(a2)
          c20 = madd(value, b0, c20)
          c21 = madd(value, b1, c21)
          value = v128.load32_splat(a3)
          c30 = madd(value, b0, c30)
          c31 = madd(value, b1, c31)
          a0 += aStep
          a1 += aStep
          a2 += aStep
          a3 += aStep
          bAt += bStep
        }
        a0 += aGap
        a1 += aGap
        a2 += aGap
        a3 += aGap
      }
      const at = c + row * rowStep + column * 4
      const columnsHere = min(TILE_COLUMNS, columns - column)
      if (rowsHere == TILE_ROWS && columnsHere == TILE_COLUMNS) {
        if (accumulate) {
          add8(at, c00, c01)
          add8(at + rowStep, c10, c11)
          add8(at + 2 * rowStep, c20, c21)
          add8(at + 3 * rowStep, c30, c31)
        } else {
          store8(at, c00, c01)
          store8(at + rowStep, c10, c11)
          store8(at + 2 * rowStep, c20, c21)
          store8(at + 3 * rowStep, c30, c31)
        }
      } else {
        store8(tile, c00, c01)
        store8(tile + ROW_BYTES, c10, c11)
        store8(tile + 2 * ROW_BYTES, c20, c21)
        store8(tile + 3 * ROW_BYTES, c30, c31)
        mergeTile(tile, at, rowStep, rowsHere, columnsHere, accumulate)
      }
    }
  }
}

// A's rows are contiguous inside a run: convolution windows, rows of a matrix.
export function multiplyRows(
  a: usize, rowOffsets: usize, rows: i32, aGap: i32, steps: i32, runs: i32,
  b: usize, bStep: i32, panelStep: i32,
  c: usize, columns: i32, accumulate: bool, tile: usize,
): void {
  product(a, rowOffsets, rows, 4, aGap, steps, runs, b, bStep, panelStep, c, columns, accumulate, tile)
}

// A's rows are strided: filter gradients (the sum runs over pixels), transposed matrices.
export function multiplyColumns(
  a: usize, rowOffsets: usize, rows: i32, aStep: i32, aGap: i32, steps: i32, runs: i32,
  b: usize, bStep: i32, panelStep: i32,
  c: usize, columns: i32, accumulate: bool, tile: usize,
): void {
  product(a, rowOffsets, rows, aStep, aGap, steps, runs, b, bStep, panelStep, c, columns, accumulate, tile)
}
