// Element by element; the last one to three elements go through the same vector code, so a value's bits never depend
// on where it stands.
import { madd } from './madd'

// tanh as x · P(x²) / Q(x²) on [-7.9, 7.9], the minimax rational of Eigen's generic_fast_tanh_float, and ±1 outside:
// relative error below 4e-7 over all floats (measured), never beyond ±1.
const TANH_LIMIT: f32 = 7.90531110763549805

// @ts-ignore: decorator
@inline
function tanh4(value: v128): v128 {
  // A NaN stays: pmin and pmax give their first argument when the comparison is false.
  const x = f32x4.pmax(f32x4.pmin(value, f32x4.splat(TANH_LIMIT)), f32x4.splat(-TANH_LIMIT))
  const one = f32x4.pmax(f32x4.pmin(value, f32x4.splat(1)), f32x4.splat(-1))
  const z = f32x4.mul(x, x)
  let p = madd(z, f32x4.splat(-2.76076847742355e-16), f32x4.splat(2.00018790482477e-13))
  p = madd(z, p, f32x4.splat(-8.60467152213735e-11))
  p = madd(z, p, f32x4.splat(5.12229709037114e-8))
  p = madd(z, p, f32x4.splat(1.48572235717979e-5))
  p = madd(z, p, f32x4.splat(6.37261928875436e-4))
  p = madd(z, p, f32x4.splat(4.89352455891786e-3))
  let q = madd(z, f32x4.splat(1.19825839466702e-6), f32x4.splat(1.18534705686654e-4))
  q = madd(z, q, f32x4.splat(2.26843463243900e-3))
  q = madd(z, q, f32x4.splat(4.89352518554385e-3))
  const y = f32x4.div(f32x4.mul(x, p), q)
  const size = f32x4.abs(value)
  const inside = v128.bitselect(value, y, f32x4.lt(size, f32x4.splat(0.0004)))
  return v128.bitselect(one, inside, f32x4.gt(size, f32x4.splat(TANH_LIMIT)))
}

// @ts-ignore: decorator
@inline
function tanhGrad4(y: v128, dy: v128): v128 {
  return f32x4.mul(dy, f32x4.sub(f32x4.splat(1), f32x4.mul(y, y)))
}

// @ts-ignore: decorator
@inline
function reluGrad4(dy: v128, x: v128): v128 {
  return v128.and(dy, f32x4.gt(x, f32x4.splat(0)))
}

export function tanh(from: usize, to: usize, count: i32): void {
  const whole = (count & ~3) * 4
  for (let i = 0; i < whole; i += 16) v128.store(to + i, tanh4(v128.load(from + i)))
  for (let i = whole; i < count * 4; i += 4) {
    store<f32>(to + i, f32x4.extract_lane(tanh4(v128.load32_zero(from + i)), 0))
  }
}

export function tanhGrad(y: usize, dy: usize, to: usize, count: i32): void {
  const whole = (count & ~3) * 4
  for (let i = 0; i < whole; i += 16) v128.store(to + i, tanhGrad4(v128.load(y + i), v128.load(dy + i)))
  for (let i = whole; i < count * 4; i += 4) {
    store<f32>(to + i, f32x4.extract_lane(tanhGrad4(v128.load32_zero(y + i), v128.load32_zero(dy + i)), 0))
  }
}

export function reluGrad(dy: usize, x: usize, to: usize, count: i32): void {
  const whole = (count & ~3) * 4
  for (let i = 0; i < whole; i += 16) v128.store(to + i, reluGrad4(v128.load(dy + i), v128.load(x + i)))
  for (let i = whole; i < count * 4; i += 4) {
    store<f32>(to + i, f32x4.extract_lane(reluGrad4(v128.load32_zero(dy + i), v128.load32_zero(x + i)), 0))
  }
}
