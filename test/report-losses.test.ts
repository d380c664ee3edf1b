// The study's own numbers on real MNIST: the table of the protocol, epoch by epoch and at single steps.
import { expect, test } from 'vitest'
import { dataDir, hasDataset } from './support/data.ts'
import { eventsOf, trainToEnd } from './training.ts'

/** Training losses of epochs 0-4 with seed 42, from the report's notebook and its PyTorch reference run. */
const epochLosses = [0.04638, 0.01216, 0.00806, 0.00599, 0.00474]
/** Losses of single steps in the PyTorch reference run. */
const stepLosses: Record<number, number> = {
  0: 0.107971,
  9: 0.111556,
  20: 0.123609,
  50: 0.11745,
  99: 0.097972,
  149: 0.060257,
  199: 0.057618,
}
/** Float32 sums in another order than PyTorch's: the trajectories drift apart slowly. */
const epochTolerance = 0.02
const stepTolerance = 0.01

test.skipIf(!hasDataset('mnist'))(
  "with seed 42 the autoencoder's losses on MNIST are the report's, at every epoch and step that it names",
  async () => {
    const events = await trainToEnd({ input: { dataset: 'mnist', epochs: 5 }, dataDir: dataDir ?? '' })
    const steps = eventsOf(events, 'step-completed')
    for (const [step, loss] of Object.entries(stepLosses))
      expect(relativeDeviation(steps[Number(step)].loss, loss)).toBeLessThan(stepTolerance)
    const epochs = eventsOf(events, 'epoch-completed')
    expect(epochs).toHaveLength(epochLosses.length)
    for (const { epoch, loss } of epochs) expect(relativeDeviation(loss, epochLosses[epoch])).toBeLessThan(epochTolerance)
  },
  600_000,
)

function relativeDeviation(got: number | string, wanted: number): number {
  return Math.abs(Number(got) - wanted) / wanted
}
