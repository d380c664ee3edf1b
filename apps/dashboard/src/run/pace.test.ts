import type { RunSummary, RunView } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { recentStepMs, runTimeLeftMs } from './pace.ts'

/** A running run that started at `startedAt` and whose steps 0, 1, 2… came at `times`. */
function viewOf(startedAt: number, times: number[]): Pick<RunView, 'run' | 'series'> {
  const steps = times.map((_, step) => step)
  const run = { state: 'running', startedAt, step: times.length, totalSteps: 100 } as RunSummary
  return { run, series: { 'train/loss': { steps, times, epochs: steps, values: steps } } }
}

test('the time between two attempts does not count towards the pace', () => {
  const view = viewOf(1_000_000, [0, 100, 200, 1_001_000, 1_002_000, 1_003_500])
  expect(recentStepMs(view)).toBe(1250)
  expect(runTimeLeftMs(view)).toBe(94 * 1250)
})

test('no time left is told from less than two seconds of steps', () => {
  expect(runTimeLeftMs(viewOf(0, [0, 900, 1900]))).toBeNull()
  expect(runTimeLeftMs(viewOf(0, [0, 900, 2000]))).toBe(97 * 1000)
  expect(runTimeLeftMs(viewOf(1_000_000, [0, 100, 1_001_000]))).toBeNull()
})
