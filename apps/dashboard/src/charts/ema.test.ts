import { expect, test } from 'vitest'
import { smooth } from './ema.ts'

test('smoothing of 0 gives the points themselves', () => {
  expect(smooth([3, 1, 2], 0)).toEqual([3, 1, 2])
})

test('a constant stays that constant from its first point on', () => {
  for (const value of smooth([0.25, 0.25, 0.25, 0.25], 0.9)) expect(value).toBeCloseTo(0.25, 12)
})

test('each point is the weighted mean of the points so far', () => {
  const [a, b, c] = [4, 1, 7]
  const weights = [0.25, 0.5, 1]
  const expected = (a * weights[0] + b * weights[1] + c * weights[2]) / (weights[0] + weights[1] + weights[2])
  expect(smooth([a, b, c], 0.5)[2]).toBeCloseTo(expected, 12)
})

test('later points do not change earlier ones', () => {
  const values = [5, 3, 8, 1, 9]
  expect(smooth(values, 0.7).slice(0, 3)).toEqual(smooth(values.slice(0, 3), 0.7))
})

test('a point that is not finite is left out and shown as missing', () => {
  const smoothed = smooth([1, Number.NaN, 1, Number.POSITIVE_INFINITY, 1], 0.6)
  expect(smoothed[1]).toBeNaN()
  expect(smoothed[3]).toBeNaN()
  expect(smoothed[4]).toBeCloseTo(1, 12)
})
