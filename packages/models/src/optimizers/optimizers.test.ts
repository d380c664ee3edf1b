// Laws of every optimizer in the registry, over the variants that its config has.
import { parseRunConfig, type RunConfig } from '@lockstep/shared'
import { describe, expect, test } from 'vitest'
import { MersenneTwister } from '../random/mersenne-twister.ts'
import { optimizers, registryNames } from '../registries.ts'
import type { Optimizer, UpdateArguments } from './optimizer.ts'

const variants: Record<string, Partial<RunConfig>[]> = {
  sgd: [{}, { momentum: 0.9 }, { momentum: 0.9, nesterov: true }],
  adam: [{}, { beta1: 0, beta2: 0.9, epsilon: 1e-3 }],
  adamw: [{}],
}

const cases = Object.entries<Optimizer>(optimizers).flatMap(([name, optimizer]) =>
  (variants[name] ?? [{}]).map((variant) => [`${name} ${JSON.stringify(variant)}`, { name, optimizer, variant }] as const),
)

function uniform(count: number, seed: number): Float32Array {
  const generator = new MersenneTwister(seed)
  return Float32Array.from({ length: count }, () => generator.nextUint32() / 2 ** 31 - 1)
}

interface State {
  parameters: Float32Array
  slots: Float32Array[]
}

describe.each(cases)('%s', (_title, { name, optimizer, variant }) => {
  const configOf = (values: Partial<RunConfig>): RunConfig =>
    parseRunConfig(registryNames, { optimizer: name, learningRate: 0.05, ...variant, ...values })

  function start(parameters: Float32Array, config: RunConfig): State {
    return { parameters, slots: optimizer.slots(config).map(() => new Float32Array(parameters.length)) }
  }

  /** One update, computed slice by slice between the cuts; outputs begin as NaN, so that a value left out shows. */
  function advance(
    state: State,
    gradients: Float32Array,
    step: number,
    config: RunConfig,
    cuts: number[] = [],
    more: Partial<UpdateArguments> = {},
  ): State {
    const { parameters, slots } = state
    const newParameters = new Float32Array(parameters.length).fill(Number.NaN)
    const newSlots = slots.map(({ length }) => new Float32Array(length).fill(Number.NaN))
    const bounds = [0, ...cuts, parameters.length]
    const common = {
      parameters,
      slots,
      gradients,
      newParameters,
      newSlots,
      step,
      learningRate: config.learningRate,
      gradientScale: 1,
      config,
    }
    for (let i = 1; i < bounds.length; i++) optimizer.update({ ...common, ...more, from: bounds[i - 1], to: bounds[i] })
    return { parameters: newParameters, slots: newSlots }
  }

  test('descends a parabola to its lowest point', () => {
    const config = configOf({})
    let state = start(uniform(8, 1), config)
    const distance = ({ parameters }: State): number => parameters.reduce((sum, value) => sum + (value - 0.25) ** 2, 0)
    const before = distance(state)
    for (let step = 0; step < 300; step++) {
      const gradients = state.parameters.map((value) => value - 0.25)
      state = advance(state, gradients, step, config)
    }
    expect(distance(state)).toBeLessThan(before * 1e-4)
  })

  test('gives the same bits however the vector is cut into slices', () => {
    const config = configOf({ weightDecay: 0.01 })
    let whole = start(uniform(96, 2), config)
    let sliced = whole
    for (let step = 0; step < 10; step++) {
      const gradients = uniform(96, 100 + step)
      whole = advance(whole, gradients, step, config)
      sliced = advance(sliced, gradients, step, config, [[16, 48], [32], [1, 2, 3, 95]][step % 3])
    }
    expect(sliced).toEqual(whole)
  })

  test('touches nothing outside its slice and leaves its inputs as they are', () => {
    const config = configOf({ weightDecay: 0.01 })
    const state = start(uniform(48, 3), config)
    const gradients = uniform(48, 4)
    const copy = structuredClone({ state, gradients })
    const newParameters = new Float32Array(48).fill(7)
    const newSlots = state.slots.map(() => new Float32Array(48).fill(7))
    const inputs = { ...state, gradients, step: 0, learningRate: 0.05, gradientScale: 1, config }
    optimizer.update({ ...inputs, newParameters, newSlots, from: 16, to: 32 })
    for (const vector of [newParameters, ...newSlots]) {
      expect(vector.slice(0, 16)).toEqual(new Float32Array(16).fill(7))
      expect(vector.slice(32)).toEqual(new Float32Array(16).fill(7))
      expect(vector.slice(16, 32)).not.toContain(7)
    }
    expect({ state, gradients }).toEqual(copy)
  })

  test('keeps the zeros of the padding', () => {
    const config = configOf({ weightDecay: 0.1 })
    let state = start(new Float32Array(16), config)
    for (let step = 0; step < 50; step++) state = advance(state, new Float32Array(16), step, config)
    for (const vector of [state.parameters, ...state.slots]) expect(vector.every((value) => value === 0)).toBe(true)
  })

  test('goes on from saved vectors with the bits of the run that was never saved', () => {
    const config = configOf({ weightDecay: 0.01 })
    const gradientsAt = (step: number): Float32Array => uniform(32, 200 + step)
    let state = start(uniform(32, 5), config)
    for (let step = 0; step < 6; step++) state = advance(state, gradientsAt(step), step, config)
    let resumed = structuredClone(state)
    for (let step = 6; step < 12; step++) state = advance(state, gradientsAt(step), step, config)
    for (let step = 6; step < 12; step++) resumed = advance(resumed, gradientsAt(step), step, config)
    expect(resumed).toEqual(state)
  })

  test('scales every gradient by gradientScale before anything else', () => {
    const config = configOf({ weightDecay: 0.01 })
    const state = start(uniform(32, 6), config)
    const gradients = uniform(32, 7)
    // A power of two scales without rounding, so that bits can be compared.
    const scaledBefore = gradients.map((value) => value * 0.25)
    expect(advance(state, gradients, 0, config, [], { gradientScale: 0.25 })).toEqual(advance(state, scaledBefore, 0, config))
  })

  test('takes the learning rate of the step, not the peak of the config', () => {
    const config = configOf({})
    const state = start(uniform(32, 8), config)
    expect(advance(state, uniform(32, 9), 0, config, [], { learningRate: 0 }).parameters).toEqual(state.parameters)
  })

  test('weight decay pulls towards zero where the gradient is zero', () => {
    const config = configOf({ weightDecay: 0.1, learningRate: 0.01 })
    const state = start(
      uniform(32, 10).map((value) => value + Math.sign(value)),
      config,
    )
    const { parameters } = advance(state, new Float32Array(32), 0, config)
    for (const [i, value] of parameters.entries()) {
      expect(Math.sign(value)).toBe(Math.sign(state.parameters[i]))
      expect(Math.abs(value)).toBeLessThan(Math.abs(state.parameters[i]))
    }
  })
})
