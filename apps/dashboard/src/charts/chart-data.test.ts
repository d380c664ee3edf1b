import { expect, test } from 'vitest'
import { alignLines, type ChartLine, countPoints, lastX } from './chart-data.ts'

const line = (xs: number[], ys: number[], rest: Partial<ChartLine> = {}): ChartLine => ({
  label: 'a',
  colour: '#000',
  width: 1,
  xs,
  ys,
  ...rest,
})

test('lines over the same steps share one column of steps', () => {
  const xs = [0, 1, 2]
  expect(alignLines([line(xs, [5, 6, 7]), line(xs, [1, 2, 3])], false)).toEqual([xs, [5, 6, 7], [1, 2, 3]])
})

test('lines over other steps are joined into one sorted column', () => {
  const [steps, a, b] = alignLines([line([0, 1, 2], [5, 6, 7]), line([1, 5], [8, 9])], false)
  expect(steps).toEqual([0, 1, 2, 5])
  expect([...a].map((value) => value ?? null)).toEqual([5, 6, 7, null])
  expect([...b].map((value) => value ?? null)).toEqual([null, 8, null, 9])
})

test('values that are not finite leave a gap, and on a logarithmic axis so do those that are not positive', () => {
  const lines = [line([0, 1, 2, 3], [1, Number.NaN, 0, Number.POSITIVE_INFINITY])]
  expect(alignLines(lines, false)[1]).toEqual([1, null, 0, null])
  expect(alignLines(lines, true)[1]).toEqual([1, null, null, null])
})

test('points computed from others are not counted', () => {
  expect(countPoints([line([0, 1], [1, 2]), line([0, 1], [1, 2], { derived: true }), line([4], [Number.NaN])])).toBe(2)
})

test('the last step is the greatest of all lines, and none without points', () => {
  expect(lastX([line([0, 1], [1, 2]), line([0, 9], [1, 2]), line([], [])])).toBe(9)
  expect(lastX([line([], [])])).toBeNull()
})
