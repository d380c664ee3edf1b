// Laws of every schedule in the registry, then each one's own.
import { parseRunConfig, type RunConfig } from '@lockstep/shared'
import { describe, expect, test } from 'vitest'
import { registryNames, schedules } from '../registries.ts'
import type { Schedule } from './schedule.ts'

const stepsPerEpoch = 10
const epochs = 6
const totalSteps = stepsPerEpoch * epochs
const peak = 0.3

function configOf(values: Partial<RunConfig>): RunConfig {
  return parseRunConfig(registryNames, { learningRate: peak, epochs, ...values })
}

function ratesOf(schedule: Schedule, values: Partial<RunConfig> = {}): number[] {
  const config = configOf(values)
  return Array.from({ length: totalSteps }, (_, step) => schedule.learningRate({ step, stepsPerEpoch, totalSteps, config }))
}

describe.each(Object.entries<Schedule>(schedules))('%s', (_name, schedule) => {
  test.each([0, 1, 7, totalSteps, 10 * totalSteps])('with %i warm-up steps every rate is in (0, peak]', (warmupSteps) => {
    for (const rate of ratesOf(schedule, { warmupSteps, decayEvery: 2, decayFactor: 0.1 })) {
      expect(rate).toBeGreaterThan(0)
      expect(rate).toBeLessThanOrEqual(peak)
    }
  })

  test('without warm-up the first step is at the peak', () => {
    expect(ratesOf(schedule)[0]).toBe(peak)
  })

  test('warm-up rises in a line and reaches the peak with its last step', () => {
    const rates = ratesOf(schedule, { warmupSteps: 5 })
    const rise = [1, 2, 3, 4, 5].map((share) => (peak * share) / 5)
    for (const [step, rate] of rise.entries()) expect(rates[step]).toBeCloseTo(rate, 12)
  })

  test('after warm-up the rate never rises', () => {
    const rates = ratesOf(schedule, { warmupSteps: 5, decayEvery: 2 }).slice(4)
    for (let step = 1; step < rates.length; step++) expect(rates[step]).toBeLessThanOrEqual(rates[step - 1])
  })
})

test('constant stays at the peak', () => {
  expect(new Set(ratesOf(schedules.constant))).toEqual(new Set([peak]))
})

test('cosine is at half the peak half-way and near 0 at the end', () => {
  const rates = ratesOf(schedules.cosine)
  expect(rates[totalSteps / 2]).toBeCloseTo(peak / 2, 12)
  expect(rates[totalSteps - 1]).toBeLessThan(peak / 1000)
})

test('cosine falls over the steps after warm-up', () => {
  const rates = ratesOf(schedules.cosine, { warmupSteps: 20 })
  expect(rates[20]).toBe(peak)
  expect(rates[40]).toBeCloseTo(peak / 2, 12)
})

test('step decays exactly at the boundary of every decayEvery epochs', () => {
  const rates = ratesOf(schedules.step, { decayEvery: 2, decayFactor: 0.1 })
  const changes = rates.flatMap((rate, step) => (step > 0 && rate !== rates[step - 1] ? [step] : []))
  expect(changes).toEqual([2 * stepsPerEpoch, 4 * stepsPerEpoch])
  expect(rates[totalSteps - 1]).toBeCloseTo(peak / 100, 12)
})
