// a · b + c in every lane. The relaxed build (asc --use RELAXED=1) rounds once where the processor has a fused
// multiply-add; the other build rounds twice everywhere, so its bits hold across machines.
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  // @ts-ignore: RELAXED exists only where the build defines it
  return isDefined(RELAXED) ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c)
}
