// What training promises beside its numbers: when it refuses, warns, stops early, and what it evaluates.
import { readFile } from 'node:fs/promises'
import { initialiseParameters, models } from '@lockstep/models'
import { type EventOf, UserError } from '@lockstep/shared'
import { decodeCheckpoint, sha256OfFloats } from '@lockstep/trainer'
import { expect, test } from 'vitest'
import { makeTempDir } from './support/temp-dir.ts'
import { eventsOf, onlyEvent, trainToEnd } from './training.ts'

const image = { height: 28, width: 28, channels: 1, classes: 10 }
const classifier = { model: 'softmax-regression', limit: 1000, workers: 2 }

test('a step whose loss is not finite is not applied, and the run fails in words', async () => {
  // Each update multiplies the weights by 1 - 1000 * 10.
  const diverging = { model: 'feed-forward', limit: 400, epochs: 50, workers: 2, learningRate: 1000, weightDecay: 10 }
  const events = await trainToEnd({ input: { ...diverging, checkpointEvery: '1', keep: 1 } })
  const failed = onlyEvent(events, 'run-failed')
  expect(failed.error.code).toBe('non-finite')
  expect(failed.error.message).toMatch(/^step \d+: loss and gradient must be finite, got loss .*not applied/)
  expect(events.at(-1)).toBe(failed)
  expect(failed.step).toBe(eventsOf(events, 'step-completed').length)
  const path = eventsOf(events, 'checkpoint-written').at(-1)?.path ?? ''
  const { state } = decodeCheckpoint(await readFile(path), models['feed-forward'].parameters(image), path)
  expect(state.step).toBe(failed.step)
  expect(state.parameters.every(Number.isFinite)).toBe(true)
})

test('a gradient that stays exactly zero is said once', async () => {
  // Seed 14 draws so low a bias for the last relu that no pixel of any reconstruction is above zero: training never starts.
  const events = await trainToEnd({ input: { limit: 200, epochs: 8, batchSize: 20, workers: 2, seed: 14 } })
  expect(eventsOf(events, 'step-completed').every(({ gradientNorm }) => gradientNorm === 0)).toBe(true)
  expect(eventsOf(events, 'warning').filter(({ code }) => code === 'zero-gradient')).toHaveLength(1)
})

test('early stopping ends with the parameters of the best epoch', async () => {
  const events = await trainToEnd({ input: { ...classifier, epochs: 60, learningRate: 8, validationFraction: 0.3, earlyStopping: 2 } })
  const epochs = eventsOf(events, 'epoch-completed')
  const best = epochs.reduce((least, epoch) => (Number(epoch.validationLoss) < Number(least.validationLoss) ? epoch : least))
  expect(epochs.length).toBeLessThan(60)
  expect(epochs.at(-1)?.epoch).toBe(best.epoch + 2)
  expect(onlyEvent(events, 'run-finished').parametersSha256).toBe(best.parametersSha256)
  expect(eventsOf(events, 'warning').map(({ code }) => code)).toContain('early-stopping')
})

test('the validation split is held out: 30 % of 1,000 leaves 700 to train on, and is measured each epoch', async () => {
  const events = await trainToEnd({ input: { ...classifier, epochs: 2, validationFraction: 0.3 } })
  const { dataset, totalSteps } = onlyEvent(events, 'run-started')
  expect([dataset.trainExamples, dataset.validationExamples, totalSteps]).toEqual([700, 300, 14])
  for (const { validationLoss, metrics } of eventsOf(events, 'epoch-completed')) {
    expect(validationLoss).toBeGreaterThan(0)
    expect(metrics['validation/accuracy']).toBeGreaterThan(0.2)
  }
})

test('the last, the best and the top k checkpoints stay, and each has its recorded hash', async () => {
  const runsDir = makeTempDir('runs')
  const events = await trainToEnd({ runsDir, input: { ...classifier, epochs: 6, keep: 2, checkpointEvery: 'epoch,4' } })
  const written = eventsOf(events, 'checkpoint-written')
  const removed = new Set(written.flatMap((checkpoint) => checkpoint.removed))
  const kept = written.filter(({ path }) => !removed.has(path))
  const byLoss = written.filter(({ reason }) => reason === 'epoch').sort((a, b) => Number(a.loss) - Number(b.loss))
  expect(kept).toEqual(expect.arrayContaining([written.at(-1), byLoss[0], byLoss[1]] as EventOf<'checkpoint-written'>[]))
  for (const { path } of kept) await readFile(path)
  await expect(readFile([...removed][0])).rejects.toThrow('ENOENT')
})

test('without clipping the update is free; with it no step moves further than the norm allows', async () => {
  const clipNorm = 1e-3
  const input = { ...classifier, limit: 300, epochs: 1, learningRate: 1 }
  const free = await trainToEnd({ input })
  const clipped = await trainToEnd({ input: { ...input, clipNorm } })
  for (const { gradientNorm } of eventsOf(free, 'step-completed')) expect(Number(gradientNorm)).toBeGreaterThan(clipNorm)
  expect(onlyEvent(clipped, 'run-finished').parametersSha256).not.toBe(onlyEvent(free, 'run-finished').parametersSha256)
  const distance = await distanceMoved(clipped)
  expect(distance).toBeGreaterThan(0)
  expect(distance).toBeLessThanOrEqual(3 * clipNorm * 1.001)
})

async function distanceMoved(events: Awaited<ReturnType<typeof trainToEnd>>): Promise<number> {
  const specs = models['softmax-regression'].parameters(image)
  const path = eventsOf(events, 'checkpoint-written').at(-1)?.path ?? ''
  const start = initialiseParameters(specs, 42)
  const end = decodeCheckpoint(await readFile(path), specs, path).state.parameters
  return Math.sqrt(end.reduce((sum, value, i) => sum + (value - start[i]) ** 2, 0))
}

test('config and data that do not fit are refused before the first event', async () => {
  await expect(trainToEnd({ input: { model: 'feed-forward', loss: 'mean-squared-error' } })).rejects.toThrow(UserError)
})

test('hashes are of the float32 parameters in declared order, without padding', () => {
  expect(sha256OfFloats([new Float32Array([1]), new Float32Array([2])])).toBe(sha256OfFloats([new Float32Array([1, 2])]))
})
