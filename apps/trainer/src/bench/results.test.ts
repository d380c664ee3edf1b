import { benchLineSchema } from '@lockstep/shared'
import { expect, test } from 'vitest'
import type { Answer } from './contestant.ts'
import { peerResultOf, resultsOf, wallDifference } from './results.ts'
import { median, quantile } from './statistics.ts'

/** A round of `steps` steps of `ms` each with ten examples, of which nine tenths go into gradients and a twentieth into waiting. */
function round(workers: number, steps: number, ms: number): Answer {
  const rankMs = workers * steps * ms
  return {
    examples: 10 * steps,
    stepMs: new Array<number>(steps).fill(ms),
    phasesMs: { gradient: 0.9 * rankMs, data: 0, wait: 0.05 * rankMs, reduce: 0.03 * rankMs, update: 0.01 * rankMs },
    peakMemoryBytes: 1000 * workers,
    wallMs: steps * ms * 1.02,
  }
}

test('the median is the middle value, or the mean of the two middle ones', () => {
  expect([median([3]), median([5, 1, 3]), median([4, 1, 3, 2])]).toEqual([3, 3, 2.5])
  expect(() => median([])).toThrow('must not be empty')
})

test('a quantile is the smallest value that such a share of the values do not exceed', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect([quantile(values, 0), quantile(values, 0.5), quantile(values, 0.95), quantile(values, 1)]).toEqual([1, 50, 95, 100])
  expect(quantile([7], 0.95)).toBe(7)
})

test('one slow round does not move the rate', () => {
  const [result] = resultsOf([{ workers: 1, answers: [round(1, 10, 20), round(1, 10, 500), round(1, 10, 20)] }], null)
  expect(result.examplesPerSecond).toBeCloseTo(500, 9)
  expect(result.stepMs).toBe(20)
  expect(result.stepMsP95).toBe(500)
})

test('speed-up and efficiency are against one worker, whatever the order', () => {
  const points = [
    { workers: 4, answers: [round(4, 10, 5)] },
    { workers: 1, answers: [round(1, 10, 15)] },
  ]
  const [four, one] = resultsOf(points, 2e6)
  expect([one.speedup, one.efficiency]).toEqual([1, 1])
  expect(four.speedup).toBeCloseTo(3, 9)
  expect(four.efficiency).toBeCloseTo(0.75, 9)
  expect(four.gflops).toBeCloseTo(4, 9)
})

test('without one worker there is no speed-up, and without a count of operations no GFLOP/s', () => {
  const [two] = resultsOf([{ workers: 2, answers: [round(2, 10, 5)] }], null)
  expect([two.speedup, two.efficiency, two.gflops]).toEqual([null, null, null])
  expect(benchLineSchema.parse(two)).toEqual(two)
})

test('the shares of a step are of all ranks together and add up to 1', () => {
  const [{ shares, computeShare }] = resultsOf([{ workers: 3, answers: [round(3, 10, 5), round(3, 20, 5)] }], null)
  expect(computeShare).toBe(shares.gradient)
  expect(shares.gradient).toBeCloseTo(0.9, 9)
  expect(shares.other).toBeCloseTo(0.01, 9)
  expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
})

test('the outside clock is compared with the sum of the steps', () => {
  const [result] = resultsOf([{ workers: 1, answers: [round(1, 10, 20), round(1, 30, 20)] }], null)
  expect(result.insideMs).toBe(800)
  expect(wallDifference(result)).toBeCloseTo(0.02, 9)
})

test('a peer is compared with the most workers and with as many workers as it has threads', () => {
  const ours = resultsOf(
    [
      { workers: 1, answers: [round(1, 10, 20)] },
      { workers: 2, answers: [round(2, 10, 10)] },
    ],
    null,
  )
  const peer = { name: 'peer', version: null, threads: 1, batchSize: 10, answers: [round(1, 10, 40)] }
  const result = peerResultOf(peer, ours)
  expect(result.ratio).toBeCloseTo(4, 9)
  expect(result.ratioSameThreads).toBeCloseTo(2, 9)
  expect(peerResultOf({ ...peer, threads: 8 }, ours).ratioSameThreads).toBeNull()
  expect(benchLineSchema.parse(result)).toEqual(result)
})
