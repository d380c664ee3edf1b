/** base ** exponent for whole exponents >= 0, by squaring: the same bits on every engine, which Math.pow does not promise. */
export function integerPower(base: number, exponent: number): number {
  let power = 1
  let square = base
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= square
    square *= square
  }
  return power
}
