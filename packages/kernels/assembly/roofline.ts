// The yardstick: how fast one core multiplies and adds when nothing else is in the way. Both tiles read A [depth][rows] and
// B [depth][8], which fit into the first-level cache, and keep their accumulators in registers; no edges, no packing.
import { madd } from './madd'

const ROW_BYTES: i32 = 32

// 4 × 8 accumulators: the tile that gemm.ts uses.
export function roofline4x8(a: usize, b: usize, c: usize, depth: i32, repeats: i32): void {
  for (; repeats > 0; repeats--) {
    let aAt = a
    let bAt = b
    let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
    let c10 = f32x4.splat(0), c11 = f32x4.splat(0)
    let c20 = f32x4.splat(0), c21 = f32x4.splat(0)
    let c30 = f32x4.splat(0), c31 = f32x4.splat(0)
    for (let step = depth; step > 0; step--) {
      const b0 = v128.load(bAt)
      const b1 = v128.load(bAt, 16)
      let value = v128.load32_splat(aAt)
      c00 = madd(value, b0, c00)
      c01 = madd(value, b1, c01)
      value = v128.load32_splat(aAt, 4)
      c10 = madd(value, b0, c10)
      c11 = madd(value, b1, c11)
      value = v128.load32_splat(aAt, 8)
      c20 = madd(value, b0, c20)
      c21 = madd(value, b1, c21)
      value = v128.load32_splat(aAt, 12)
      c30 = madd(value, b0, c30)
      c31 = madd(value, b1, c31)
      aAt += 16
      bAt += ROW_BYTES
    }
    v128.store(c, c00)
    v128.store(c, c01, 16)
    v128.store(c, c10, 32)
    v128.store(c, c11, 48)
    v128.store(c, c20, 64)
    v128.store(c, c21, 80)
    v128.store(c, c30, 96)
    v128.store(c, c31, 112)
  }
}

// 6 × 8 accumulators: fewer loads a multiplication; faster only where the compiler keeps all of them in registers.
export function roofline6x8(a: usize, b: usize, c: usize, depth: i32, repeats: i32): void {
  for (; repeats > 0; repeats--) {
    let aAt = a
    let bAt = b
    let c00 = f32x4.splat(0), c01 = f32x4.splat(0)
    let c10 = f32x4.splat(0), c11 = f32x4.splat(0)
    let c20 = f32x4.splat(0), c21 = f32x4.splat(0)
    let c30 = f32x4.splat(0), c31 = f32x4.splat(0)
    let c40 = f32x4.splat(0), c41 = f32x4.splat(0)
    let c50 = f32x4.splat(0), c51 = f32x4.splat(0)
    for (let step = depth; step > 0; step--) {
      const b0 = v128.load(bAt)
      const b1 = v128.load(bAt, 16)
      let value = v128.load32_splat(aAt)
      c00 = madd(value, b0, c00)
      c01 = madd(value, b1, c01)
      value = v128.load32_splat(aAt, 4)
      c10 = madd(value, b0, c10)
      c11 = madd(value, b1, c11)
      value = v128.load32_splat(aAt, 8)
      c20 = madd(value, b0, c20)
      c21 = madd(value, b1, c21)
      value = v128.load32_splat(aAt, 12)
      c30 = madd(value, b0, c30)
      c31 = madd(value, b1, c31)
      value = v128.load32_splat(aAt, 16)
      c40 = madd(value, b0, c40)
      c41 = madd(value, b1, c41)
      value = v128.load32_splat(aAt, 20)
      c50 = madd(value, b0, c50)
      c51 = madd(value, b1, c51)
      aAt += 24
      bAt += ROW_BYTES
    }
    v128.store(c, c00)
    v128.store(c, c01, 16)
    v128.store(c, c10, 32)
    v128.store(c, c11, 48)
    v128.store(c, c20, 64)
    v128.store(c, c21, 80)
    v128.store(c, c30, 96)
    v128.store(c, c31, 112)
    v128.store(c, c40, 128)
    v128.store(c, c41, 144)
    v128.store(c, c50, 160)
    v128.store(c, c51, 176)
  }
}
