import { readFile } from 'node:fs/promises'
import { models } from '@lockstep/models'
import type { RunConfigInput, TrainingEvent } from '@lockstep/shared'
import { decodeCheckpoint } from '@lockstep/trainer'
import { expect, test } from 'vitest'
import { makeTempDir } from './support/temp-dir.ts'
import { eventsOf, onlyEvent, trainToEnd } from './training.ts'

const image = { height: 28, width: 28, channels: 1, classes: 10 }
const input: RunConfigInput = { limit: 400, epochs: 3, workers: 2, checkpointEvery: 'epoch,3', shuffle: true }

async function lastCheckpoint(events: readonly TrainingEvent[]) {
  const { path } = eventsOf(events, 'checkpoint-written').at(-1) ?? { path: '' }
  return decodeCheckpoint(await readFile(path), models['conv-autoencoder'].parameters(image), path)
}

test("a run stopped in mid-epoch and resumed with other workers ends with the uninterrupted run's bits, losses and events", async () => {
  const whole = await trainToEnd({ input })
  const runsDir = makeTempDir('runs')
  const stop = new AbortController()
  const stopInSecondEpoch = (event: TrainingEvent) => event.type === 'step-completed' && event.step === 4 && stop.abort()
  const firstAttempt = await trainToEnd({ input, runsDir, signal: stop.signal, onEvent: stopInSecondEpoch })
  const stopped = onlyEvent(firstAttempt, 'run-stopped')
  expect(stopped.step).toBeGreaterThan(4)
  const checkpoint = await lastCheckpoint(firstAttempt)
  expect(checkpoint.state.step).toBe(stopped.step)
  const resumed = await trainToEnd({
    input: { ...input, workers: 3 },
    runsDir,
    attempt: 2,
    firstSequence: firstAttempt.length + 1,
    resumeFrom: checkpoint,
  })
  expect(onlyEvent(resumed, 'run-started').resumedFromStep).toBe(stopped.step)
  expect(eventsOf(resumed, 'step-completed').map(({ step }) => step)).toEqual(
    Array.from({ length: 12 - stopped.step }, (_, i) => stopped.step + i),
  )
  const hashes = ({ parametersSha256, optimizerSha256, loss }: { parametersSha256: string; optimizerSha256: string; loss: unknown }) => [
    parametersSha256,
    optimizerSha256,
    loss,
  ]
  expect(hashes(onlyEvent(resumed, 'run-finished'))).toEqual(hashes(onlyEvent(whole, 'run-finished')))
  const epochs = [...eventsOf(firstAttempt, 'epoch-completed'), ...eventsOf(resumed, 'epoch-completed')]
  expect(epochs.map(({ epoch, loss }) => [epoch, loss])).toEqual(eventsOf(whole, 'epoch-completed').map(({ epoch, loss }) => [epoch, loss]))
})

test('sequence numbers run from 1 without gaps, and a run ends with one final event', async () => {
  const events = await trainToEnd({ input: { ...input, epochs: 1 } })
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
  const finals = events.filter(({ type }) => ['run-finished', 'run-failed', 'run-stopped'].includes(type))
  expect(finals).toEqual([events.at(-1)])
})

test('a finished run goes on with more epochs as if it had been asked for them at once', async () => {
  const runsDir = makeTempDir('runs')
  const first = await trainToEnd({ input: { ...input, epochs: 1 }, runsDir })
  const more = await trainToEnd({ input: { ...input, epochs: 2 }, runsDir, attempt: 2, resumeFrom: await lastCheckpoint(first) })
  const atOnce = await trainToEnd({ input: { ...input, epochs: 2 } })
  expect(onlyEvent(more, 'run-finished').parametersSha256).toBe(onlyEvent(atOnce, 'run-finished').parametersSha256)
})
