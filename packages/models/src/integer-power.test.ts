import { expect, test } from 'vitest'
import { integerPower } from './integer-power.ts'

test('a power by squaring is the power, to the last few bits', () => {
  for (const base of [0, 0.5, 0.9, 0.999, 1, 2]) {
    for (const exponent of [0, 1, 2, 3, 10, 255, 1000]) {
      const wanted = base ** exponent
      expect(Math.abs(integerPower(base, exponent) - wanted)).toBeLessThanOrEqual(1e-13 * wanted)
    }
  }
})

test('powers of two are exact', () => {
  expect(integerPower(2, 52)).toBe(2 ** 52)
  expect(integerPower(0.5, 1000)).toBe(0.5 ** 1000)
})
