// Convolution and 2-D pooling in one pass: the four rows of a register tile are the four pixels of a pooling window,
// so the full-size picture never leaves the registers. Layouts are those of gemm.ts, with two additions:
//   the table of row offsets lists each window's four pixels in position order;
//   row 0 of every panel of B is the bias, and each sum starts from it.
import { madd } from './madd'

const TILE_COLUMNS: i32 = 8
const ROW_BYTES: i32 = TILE_COLUMNS * 4

// @ts-ignore: decorator
@inline
function beats(value: v128, best: v128): v128 {
  return v128.or(f32x4.gt(value, best), f32x4.ne(value, value))
}

// @ts-ignore: decorator
@inline
function storeHighest(v0: v128, v1: v128, v2: v128, v3: v128, to: usize, positions: usize): void {
  let best = v0
  let position = i32x4.splat(0)
  let better = beats(v1, best)
  best = v128.bitselect(v1, best, better)
  position = v128.and(i32x4.splat(1), better)
  better = beats(v2, best)
  best = v128.bitselect(v2, best, better)
  position = v128.bitselect(i32x4.splat(2), position, better)
  better = beats(v3, best)
  v128.store(to, v128.bitselect(v3, best, better))
  v128.store(positions, v128.bitselect(i32x4.splat(3), position, better))
}

// @ts-ignore: decorator
@inline
function storePicked(v0: v128, v1: v128, v2: v128, v3: v128, to: usize, positions: usize): void {
  const position = v128.load(positions)
  let value = v128.and(v0, i32x4.eq(position, i32x4.splat(0)))
  value = v128.or(value, v128.and(v1, i32x4.eq(position, i32x4.splat(1))))
  value = v128.or(value, v128.and(v2, i32x4.eq(position, i32x4.splat(2))))
  v128.store(to, v128.or(value, v128.and(v3, i32x4.eq(position, i32x4.splat(3)))))
}

// @ts-ignore: decorator
@inline
function pooledProduct(
  a: usize, rowOffsets: usize, windows: i32, aGap: i32, steps: i32, runs: i32,
  b: usize, panelStep: i32, to: usize, positions: usize, columns: i32, tile: usize, isPicked: bool,
): void {
  let at = 0
  for (let window = 0; window < windows; window++) {
    const offsets = rowOffsets + (window << 4)
    let panel = b
    for (let column = 0; column < columns; column += TILE_COLUMNS, panel += panelStep) {
      let a0 = a + load<u32>(offsets)
      let a1 = a + load<u32>(offsets, 4)
      let a2 = a + load<u32>(offsets, 8)
      let a3 = a + load<u32>(offsets, 12)
      let c00 = v128.load(panel), c01 = v128.load(panel, 16)
      let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01
      let bAt = panel + ROW_BYTES
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
          a0 += 4
          a1 += 4
          a2 += 4
          a3 += 4
          bAt += ROW_BYTES
        }
        a0 += aGap
        a1 += aGap
        a2 += aGap
        a3 += aGap
      }
      const bytes = min(ROW_BYTES, (columns - column) * 4)
      const isWhole = bytes == ROW_BYTES
      const toHere = isWhole ? to + at : tile
      const positionsHere = isWhole ? positions + at : tile + ROW_BYTES
      if (isPicked) {
        if (!isWhole) memory.copy(positionsHere, positions + at, bytes)
        storePicked(c00, c10, c20, c30, toHere, positionsHere)
        storePicked(c01, c11, c21, c31, toHere + 16, positionsHere + 16)
      } else {
        storeHighest(c00, c10, c20, c30, toHere, positionsHere)
        storeHighest(c01, c11, c21, c31, toHere + 16, positionsHere + 16)
        if (!isWhole) memory.copy(positions + at, positionsHere, bytes)
      }
      if (!isWhole) memory.copy(to + at, toHere, bytes)
      at += bytes
    }
  }
}

// Writes each window's maximum and its position: the first of equals wins, a NaN beats every number.
export function multiplyHighest(
  a: usize, rowOffsets: usize, windows: i32, aGap: i32, steps: i32, runs: i32,
  b: usize, panelStep: i32, to: usize, positions: usize, columns: i32, tile: usize,
): void {
  pooledProduct(a, rowOffsets, windows, aGap, steps, runs, b, panelStep, to, positions, columns, tile, false)
}

// Writes each window's value at the position given.
export function multiplyPicked(
  a: usize, rowOffsets: usize, windows: i32, aGap: i32, steps: i32, runs: i32,
  b: usize, panelStep: i32, to: usize, positions: usize, columns: i32, tile: usize,
): void {
  pooledProduct(a, rowOffsets, windows, aGap, steps, runs, b, panelStep, to, positions, columns, tile, true)
}

// Offsets of the pixels of each window, in position order: rows × columns windows of poolHeight × poolWidth pixels.
export function fillWindowOffsets(
  table: usize, rows: i32, columns: i32, poolHeight: i32, poolWidth: i32, rowStep: i32, pixelStep: i32,
): void {
  let at = table
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let y = 0; y < poolHeight; y++) {
        for (let x = 0; x < poolWidth; x++, at += 4) {
          store<u32>(at, (row * poolHeight + y) * rowStep + (column * poolWidth + x) * pixelStep)
        }
      }
    }
  }
}
