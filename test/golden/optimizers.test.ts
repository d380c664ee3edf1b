// Every optimizer's path over twenty steps against torch.optim's in float64.
import { type Optimizer, optimizers, registryNames } from '@lockstep/models'
import { parseRunConfig, type RunConfigInput } from '@lockstep/shared'
import { describe, expect, test } from 'vitest'
import { readJson } from './fixtures.ts'

// Parameters and slots are rounded to float32 once a step: at most twenty roundings of 2^-25 of the value, and the slots' own
// roundings on top. Wrong bias correction, decay or momentum shows in the second digit.
const relativeTolerance = 20 * 2 ** -23

interface Fixture {
  start: number[]
  gradients: number[][]
  runs: { optimizer: keyof typeof optimizers; config: RunConfigInput; trajectory: number[][] }[]
}

const { start, gradients, runs } = readJson<Fixture>('optimizers.json')

function pathOf(optimizer: Optimizer, input: RunConfigInput): Float32Array[] {
  const config = parseRunConfig(registryNames, input)
  let parameters = Float32Array.from(start)
  let slots = optimizer.slots(config).map(() => new Float32Array(start.length))
  return gradients.map((gradient, step) => {
    const newParameters = new Float32Array(start.length)
    const newSlots = slots.map(() => new Float32Array(start.length))
    const state = { parameters, slots, newParameters, newSlots, gradients: Float32Array.from(gradient) }
    optimizer.update({ ...state, from: 0, to: start.length, step, learningRate: config.learningRate, gradientScale: 1, config })
    parameters = newParameters
    slots = newSlots
    return newParameters
  })
}

test('the fixture knows every optimizer', () => {
  expect(new Set(runs.map(({ optimizer }) => optimizer))).toEqual(new Set(Object.keys(optimizers)))
})

describe.each(runs.map((run) => ({ ...run, settings: JSON.stringify(run.config) })))(
  '$optimizer $settings',
  ({ optimizer, config, trajectory }) => {
    test("every step is torch.optim's", () => {
      const path = pathOf(optimizers[optimizer], config)
      expect(path).toHaveLength(trajectory.length)
      for (const [step, want] of trajectory.entries()) {
        for (const [i, value] of want.entries()) {
          const error = Math.abs(path[step][i] - value) / Math.max(Math.abs(value), Math.abs(start[i]))
          expect(error, `parameter ${i} after step ${step}`).toBeLessThan(relativeTolerance)
        }
      }
    })

    test('the parameters move', () => {
      expect(trajectory.at(-1)).not.toEqual(start)
    })
  },
)
