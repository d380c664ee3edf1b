// C = A · B for one to three columns: lanes run along the sum, because a panel of 8 columns would be mostly padding.
// A is read as in gemm.ts with contiguous runs; B is [column][run][step], contiguous; C is dense, rows × columns.
// The table of row offsets holds a multiple of 6 entries.
import { madd } from './madd'

// @ts-ignore: decorator
@inline
function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2) + (f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3))
}

export function multiplyDots(
  a: usize, rowOffsets: usize, rows: i32, aGap: i32, steps: i32, runs: i32,
  b: usize, c: usize, columns: i32,
): void {
  const vectors = steps >> 2
  const rest = steps & 3
  for (let row = 0; row < rows; row += 6) {
    const offsets = rowOffsets + (row << 2)
    let bAt = b
    for (let column = 0; column < columns; column++) {
      let a0 = a + load<u32>(offsets)
      let a1 = a + load<u32>(offsets, 4)
      let a2 = a + load<u32>(offsets, 8)
      let a3 = a + load<u32>(offsets, 12)
      let a4 = a + load<u32>(offsets, 16)
      let a5 = a + load<u32>(offsets, 20)
      let v0 = f32x4.splat(0), v1 = f32x4.splat(0), v2 = f32x4.splat(0)
      let v3 = f32x4.splat(0), v4 = f32x4.splat(0), v5 = f32x4.splat(0)
      let s0: f32 = 0, s1: f32 = 0, s2: f32 = 0, s3: f32 = 0, s4: f32 = 0, s5: f32 = 0
      for (let run = runs; run > 0; run--) {
        for (let step = vectors; step > 0; step--) {
          const w = v128.load(bAt)
          v0 = madd(v128.load(a0), w, v0)
          v1 = madd(v128.load(a1), w, v1)
          v2 = madd(v128.load(a2), w, v2)
          v3 = madd(v128.load(a3), w, v3)
          v4 = madd(v128.load(a4), w, v4)
          v5 = madd(v128.load(a5), w, v5)
          a0 += 16
          a1 += 16
          a2 += 16
          a3 += 16
          a4 += 16
          a5 += 16
          bAt += 16
        }
        for (let step = rest; step > 0; step--) {
          const w = load<f32>(bAt)
          s0 += load<f32>(a0) * w
          s1 += load<f32>(a1) * w
          s2 += load<f32>(a2) * w
          s3 += load<f32>(a3) * w
          s4 += load<f32>(a4) * w
          s5 += load<f32>(a5) * w
          a0 += 4
          a1 += 4
          a2 += 4
          a3 += 4
          a4 += 4
          a5 += 4
          bAt += 4
        }
        a0 += aGap
        a1 += aGap
        a2 += aGap
        a3 += aGap
        a4 += aGap
        a5 += aGap
      }
      const at = c + (row * columns + column) * 4
      const rowStep = columns * 4
      store<f32>(at, sumLanes(v0) + s0)
      if (row + 1 < rows) store<f32>(at + rowStep, sumLanes(v1) + s1)
      if (row + 2 < rows) store<f32>(at + 2 * rowStep, sumLanes(v2) + s2)
      if (row + 3 < rows) store<f32>(at + 3 * rowStep, sumLanes(v3) + s3)
      if (row + 4 < rows) store<f32>(at + 4 * rowStep, sumLanes(v4) + s4)
      if (row + 5 < rows) store<f32>(at + 5 * rowStep, sumLanes(v5) + s5)
    }
  }
}
