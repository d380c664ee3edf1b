// Every optimizer against torch.optim, step by step, over gradients of very different sizes.
import { isDeepStrictEqual } from 'node:util'
import { type Optimizer, optimizers, registryNames } from '@lockstep/models'
import { parseRunConfig, type RunConfigInput } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { readJson } from './fixtures.ts'

interface OptimizerRun {
  optimizer: keyof typeof optimizers
  config: RunConfigInput
  /** Parameters after each step, computed in float64. */
  trajectory: number[][]
}

interface OptimizerRuns {
  start: number[]
  gradients: number[][]
  runs: OptimizerRun[]
}

// Ours rounds parameters and slots to float32 once a step, PyTorch here never: each of the twenty steps may add half a unit in
// the last place of a parameter and what the rounded slots change of it. The rules differ by far more: see the last test.
const relativeTolerance = 20 * 2 ** -24

const { start, gradients, runs } = readJson<OptimizerRuns>('optimizers.json')
const cases = runs.map((run) => [`${run.optimizer} ${JSON.stringify(run.config)}`, run] as const)

function trajectoryOf(name: keyof typeof optimizers, input: RunConfigInput): Float32Array[] {
  const optimizer: Optimizer = optimizers[name]
  const config = parseRunConfig(registryNames, { optimizer: name, ...input })
  let parameters = Float32Array.from(start)
  let slots = optimizer.slots(config).map(() => new Float32Array(start.length))
  return gradients.map((gradient, step) => {
    const newParameters = new Float32Array(start.length)
    const newSlots = slots.map(({ length }) => new Float32Array(length))
    const common = { parameters, slots, newParameters, newSlots, gradients: Float32Array.from(gradient), config }
    optimizer.update({ ...common, from: 0, to: start.length, step, learningRate: config.learningRate, gradientScale: 1 })
    parameters = newParameters
    slots = newSlots
    return newParameters
  })
}

/** Largest difference at any step, as a share of the parameter's largest value on its way. */
function relativeError(got: readonly ArrayLike<number>[], want: readonly ArrayLike<number>[]): number {
  let worst = 0
  for (let i = 0; i < start.length; i++) {
    const size = Math.max(Math.abs(start[i]), ...want.map((values) => Math.abs(values[i])))
    for (const [step, values] of want.entries()) {
      const difference = Math.abs(got[step][i] - values[i]) / size
      worst = Math.max(worst, difference)
    }
  }
  return worst
}

test.each(cases)("%s takes torch.optim's twenty steps", (_title, { optimizer, config, trajectory }) => {
  expect(trajectory).toHaveLength(20)
  expect(relativeError(trajectoryOf(optimizer, config), trajectory)).toBeLessThan(relativeTolerance)
})

test('every optimizer is compared', () => {
  expect(new Set(runs.map((run) => run.optimizer))).toEqual(new Set(Object.keys(optimizers)))
})

test('no two rules with different configs are anywhere near the tolerance of each other', () => {
  for (const [i, a] of runs.entries()) {
    // Without weight decay adamw is adam.
    for (const b of runs.slice(i + 1).filter(({ config }) => !isDeepStrictEqual(config, a.config))) {
      expect(relativeError(a.trajectory, b.trajectory)).toBeGreaterThan(1000 * relativeTolerance)
    }
  }
})
