import type { StepRecord } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { layOutLanes, phaseShares, phases } from './lanes.ts'

const times = (gradientMs: number, waitMs: number) => ({ shards: 5, dataMs: 1, gradientMs, waitMs, reduceMs: 1, updateMs: 0 })
const steps: StepRecord[] = [
  { step: 7, durationMs: 10, ranks: [times(6, 2), times(8, 0)] },
  { step: 8, durationMs: 20, ranks: [times(18, 0), times(8, 10)] },
]
const size = { width: 240, laneHeight: 40, laneGap: 8, slots: 24 }

test('the newest step is at the right edge and every bar stays in its rank’s lane', () => {
  const bars = layOutLanes(steps, size)
  expect(bars).toHaveLength(2 * 2 * phases.length)
  expect(Math.max(...bars.map(({ x }) => x))).toBe(230)
  for (const [index, { y, height }] of bars.entries()) {
    const lane = Math.floor(index / phases.length) % 2
    expect(y).toBeGreaterThanOrEqual(lane * 48 - 1e-9)
    expect(y + height).toBeLessThanOrEqual(lane * 48 + 40 + 1e-9)
  }
})

test('the longest step fills its lane and the others are in proportion', () => {
  const heightOf = (record: StepRecord[], from: number) =>
    layOutLanes(record, size)
      .slice(from, from + phases.length)
      .reduce((sum, { height }) => sum + height, 0)
  expect(heightOf(steps, 2 * phases.length)).toBeCloseTo(40, 9)
  expect(heightOf(steps, 0)).toBeCloseTo(20, 9)
})

test('the shares of the phases sum to one', () => {
  expect(phaseShares(steps).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
})
