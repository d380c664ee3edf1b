import { expect, test } from 'vitest'
import { formatAgo, formatBytes, formatCount, formatDuration, formatLoss, formatTick } from './format.ts'

test('losses line up on five decimals, tiny ones turn to powers of ten, non-finite ones are named', () => {
  expect([0.04638, 2.2066, 0.00004, 0, 123.456, 'NaN', 'Infinity', null].map((loss) => formatLoss(loss as number))).toEqual([
    '0.04638',
    '2.20660',
    '4.00e-5',
    '0.00000',
    '123.46',
    'NaN',
    'Infinity',
    '–',
  ])
})

test('axis numbers are as short as can be', () => {
  expect([0, 0.02, 0.1 + 0.2, 1500, 0.0005].map(formatTick)).toEqual(['0', '0.02', '0.3', '1,500', '5e-4'])
})

test('durations, ages, counts and sizes have one form each', () => {
  expect([0, 320, 9940, 9960].map(formatDuration)).toEqual(['0.0 s', '0.3 s', '9.9 s', '0:10'])
  expect([41_400, 61_000, 3_661_000].map(formatDuration)).toEqual(['0:41', '1:01', '1:01:01'])
  expect([5_000, 120_000, 7_200_000, 200_000_000].map((age) => formatAgo(0, age))).toEqual(['5 s ago', '2 min ago', '2 h ago', '2 d ago'])
  expect(formatCount(4180.4)).toBe('4,180')
  expect(formatCount(Number.POSITIVE_INFINITY)).toBe('–')
  expect([0, 512, 1536, 1_731_208].map(formatBytes)).toEqual(['0 B', '512 B', '1.5 KiB', '1.7 MiB'])
})
