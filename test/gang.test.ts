// The gang itself, with real threads: what happens when one of them dies, and that evaluation does not depend on their number.
import { initialiseParameters, registryNames } from '@lockstep/models'
import { parseRunConfig, type RunConfigInput } from '@lockstep/shared'
import { Gang, loadDataset, planRun, sha256OfFloats } from '@lockstep/trainer'
import { expect, onTestFinished, test } from 'vitest'

const steps = 12

interface Drill {
  input?: RunConfigInput
  workers: number
  /** Thread to kill after the step with this index. */
  killAfter?: Record<number, number>
}

async function openGang({ input, workers, killAfter = {} }: Drill) {
  const config = parseRunConfig(registryNames, { dataset: 'synthetic-digits', limit: 400, ...input, workers })
  const dataset = await loadDataset({ name: config.dataset, dataDir: '/nonexistent', limit: config.limit })
  const plan = planRun(config, dataset)
  const seen: number[] = []
  const restarts: { message: string; step: number }[] = []
  const gang = await Gang.start({
    config,
    plan: plan.steps,
    sizes: plan.sizes,
    train: dataset.train,
    test: dataset.test,
    image: dataset.input,
    classes: dataset.input.classes,
    onStep: ({ step }) => {
      seen.push(step)
      if (killAfter[step] !== undefined) void gang.killThread(killAfter[step])
    },
    onRestart: (error, step) => restarts.push({ message: error.message, step }),
  })
  onTestFinished(() => gang.close())
  gang.shared.order.set(Uint32Array.from({ length: plan.steps.trainExamples }, (_, index) => index))
  const parameters = initialiseParameters(plan.specs, config.seed)
  gang.restore({ step: 0, parameters, slots: plan.slots.map(() => new Float32Array(parameters.length)) })
  return { gang, seen, restarts, dataset }
}

function hashOf(gang: Gang): string {
  const { parameters, slots } = gang.copyState()
  return sha256OfFloats([parameters, ...slots])
}

test('a gang that loses threads in mid-run ends with the bits of one that lost none, and reports every step once', async () => {
  const input = { batchSize: 100, epochs: 3 }
  const whole = await openGang({ input, workers: 1 })
  await whole.gang.trainUntil(steps)
  const hurt = await openGang({ input, workers: 3, killAfter: { 2: 0, 6: 2 } })
  await hurt.gang.trainUntil(steps)
  expect(hurt.gang.committedStep).toBe(steps)
  expect(hurt.seen).toEqual(Array.from({ length: steps }, (_, step) => step))
  expect(hurt.restarts).toHaveLength(2)
  for (const { step } of hurt.restarts) expect(step).toBeGreaterThan(0)
  expect(hashOf(hurt.gang)).toBe(hashOf(whole.gang))
})

test('a gang asked to park does so after the step at hand, and goes on from there', async () => {
  const { gang, seen } = await openGang({ workers: 2, input: { epochs: 3 } })
  const training = gang.trainUntil(steps)
  gang.requestPark()
  expect(await training).toBe('limit')
  expect(gang.committedStep).toBeLessThan(steps)
  await gang.trainUntil(steps)
  expect(seen).toEqual(Array.from({ length: steps }, (_, step) => step))
})

test('a model is measured alike by 1, 2 and 5 workers, the odd last shard included', async () => {
  const results = []
  for (const workers of [1, 2, 5]) {
    const { gang } = await openGang({ workers, input: { model: 'softmax-regression' } })
    const { lossSum, predictions } = await gang.evaluate('test', 3, 1234)
    results.push({ lossSum, predictions: Buffer.from(predictions).toString('hex') })
    await gang.close()
  }
  expect(results[0].predictions).toHaveLength(2 * 1234)
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
})
