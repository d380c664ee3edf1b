// A run's events as a trainer would send them, generated from a seed: for tests and for looking at the pages.
import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { type EventBody, type RankTimes, type TrainingEvent, trainingEventSchema } from '@lockstep/shared'

export interface GeneratedRun {
  runId: string
  name: string
  seed: number
  workers: number
  epochs: number
  stepsPerEpoch: number
  /** Steps after which the events break off; all of them by default. */
  steps?: number
  /** The event that ends the run; null leaves it running. */
  ending?: 'finished' | 'failed' | 'stopped' | null
  startTime: number
  stepMs: number
  classifier?: boolean
  config?: Record<string, unknown>
}

const labels = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
const pictured = 10
const side = 28

/** All events in order, sequence numbers from 1. */
export function generateEvents(run: GeneratedRun): TrainingEvent[] {
  const random = createRandom(run.seed)
  const steps = run.steps ?? run.epochs * run.stepsPerEpoch
  const bodies: { body: EventBody; atMs: number }[] = [{ body: startOf(run), atMs: 0 }]
  let atMs = 400
  for (let step = 0; step < steps; step++) {
    const durationMs = run.stepMs * (0.92 + 0.2 * random() + (random() < 0.02 ? 0.8 : 0))
    atMs += durationMs
    bodies.push({ body: stepOf(run, step, durationMs, random), atMs })
    if (step % run.stepsPerEpoch === run.stepsPerEpoch - 1) {
      atMs += 60
      for (const body of epochEndOf(run, step, random)) bodies.push({ body, atMs })
    }
  }
  const end = endOf(run, steps, atMs)
  if (end) bodies.push({ body: end, atMs: atMs + 20 })
  return bodies.map(({ body, atMs: at }, index) =>
    trainingEventSchema.parse({ ...body, runId: run.runId, attempt: 1, sequence: index + 1, time: run.startTime + at }),
  )
}

/** The config that the generated run says it has. */
export function configOf(run: GeneratedRun): Record<string, unknown> {
  return {
    name: run.name,
    model: run.classifier ? 'feed-forward' : 'conv-autoencoder',
    loss: run.classifier ? 'cross-entropy' : 'mean-squared-error',
    dataset: 'mnist',
    limit: null,
    validationFraction: 0.1,
    shuffle: false,
    epochs: run.epochs,
    batchSize: 100,
    optimizer: 'adam',
    learningRate: 1e-4,
    seed: run.seed,
    workers: run.workers,
    shardSize: null,
    engine: 'wasm',
    kernels: 'relaxed',
    checkpointEvery: 'epoch,5s',
    keep: 3,
    ...run.config,
  }
}

function startOf(run: GeneratedRun): EventBody {
  return {
    type: 'run-started',
    name: run.name,
    config: configOf(run),
    parameters: run.classifier ? 228_970 : 144_146,
    workers: run.workers,
    engine: 'wasm',
    kernels: 'relaxed',
    dataset: {
      name: 'mnist',
      trainExamples: 54_000,
      validationExamples: 6000,
      testExamples: 10_000,
      classes: labels,
      fingerprint: hashOf('mnist'),
    },
    stepsPerEpoch: run.stepsPerEpoch,
    totalSteps: run.epochs * run.stepsPerEpoch,
    resumedFromStep: null,
    host: {
      hostname: hostname(),
      platform: 'linux x64',
      cpu: 'Some Processor 3.2 GHz',
      cores: run.workers,
      memoryBytes: 17_179_869_184,
      node: 'v20.20.2',
      pid: process.pid,
      gitCommit: hashOf('commit').slice(0, 40),
      argv: ['train', '--epochs', String(run.epochs), '--workers', String(run.workers)],
    },
  }
}

function stepOf(run: GeneratedRun, step: number, durationMs: number, random: () => number): EventBody {
  const shards = Array.from({ length: run.workers }, (_, rank) => Math.floor(10 / run.workers) + (rank < 10 % run.workers ? 1 : 0))
  return {
    type: 'step-completed',
    step,
    epoch: Math.floor(step / run.stepsPerEpoch),
    loss: lossAt(run, step) * (0.94 + 0.12 * random()),
    gradientNorm: 0.02 + 0.4 / (1 + step / 60) + 0.01 * random(),
    learningRate: 1e-4,
    examples: 100,
    shardsPerRank: shards,
    ranks: shards.map((count, rank) => ranksTimes(count, rank, durationMs, random)),
    durationMs,
  }
}

function ranksTimes(shards: number, rank: number, durationMs: number, random: () => number): RankTimes {
  const waitMs = durationMs * (0.02 + 0.05 * random() + (rank === 1 ? 0.03 : 0))
  const [dataMs, reduceMs, updateMs] = [0.02 * durationMs, durationMs * (0.03 + 0.01 * random()), 0.03 * durationMs]
  return { shards, dataMs, gradientMs: durationMs - waitMs - dataMs - reduceMs - updateMs, waitMs, reduceMs, updateMs }
}

function epochEndOf(run: GeneratedRun, step: number, random: () => number): EventBody[] {
  const epoch = Math.floor(step / run.stepsPerEpoch)
  const loss = lossAt(run, step - run.stepsPerEpoch / 3)
  const counts = confusionAt(epoch, random)
  const bodies: EventBody[] = [
    {
      type: 'epoch-completed',
      epoch,
      step,
      loss,
      validationLoss: loss * 1.04,
      metrics: run.classifier ? { 'test/accuracy': counts.reduce((sum, row, k) => sum + row[k], 0) / 10_000 } : {},
      examplesPerSecond: 100_000 / run.stepMs,
      durationMs: run.stepsPerEpoch * run.stepMs,
      parametersSha256: hashOf(`${run.seed} ${epoch}`),
    },
    {
      type: 'checkpoint-written',
      step: step + 1,
      epoch: epoch + 1,
      path: `${run.runId}/checkpoints/step-${String(step + 1).padStart(8, '0')}.safetensors`,
      sha256: hashOf(`file ${run.seed} ${epoch}`),
      sizeBytes: 1_731_208,
      reason: 'epoch',
      loss,
      best: true,
      removed: [],
    },
  ]
  if (run.classifier) bodies.push({ type: 'confusion-matrix', split: 'test', step, epoch, labels, counts })
  else bodies.push({ type: 'image-recorded', key: 'reconstructions/test', step, epoch, ...picture(epoch) })
  return bodies
}

function endOf(
  { ending = 'finished', runId, seed, epochs, stepsPerEpoch }: GeneratedRun,
  step: number,
  durationMs: number,
): EventBody | null {
  if (ending === null) return null
  if (ending === 'stopped') return { type: 'run-stopped', step, checkpoint: `${runId}/checkpoints/step-${step}.safetensors` }
  if (ending === 'failed') {
    const message = `rank 1: loss must be finite, got NaN at step ${step} of ${epochs * stepsPerEpoch}; try a smaller learning rate`
    return { type: 'run-failed', step, error: { message, code: 'non-finite', rank: 1, stack: null } }
  }
  const hashes = { parametersSha256: hashOf(`p ${seed}`), optimizerSha256: hashOf(`o ${seed}`) }
  return { type: 'run-finished', step, loss: 0.0047, ...hashes, durationMs, peakMemoryBytes: 612_000_000 }
}

function lossAt(run: GeneratedRun, step: number): number {
  return run.classifier ? 0.25 + 2.05 * Math.exp(-step / 250) : 0.004 + 0.11 * Math.exp(-step / 45) + 0.03 * Math.exp(-step / 400)
}

function confusionAt(epoch: number, random: () => number): number[][] {
  return labels.map((_, actual) => {
    const row = labels.map((_, predicted) => (actual === predicted ? 0 : Math.floor((60 / (epoch + 1)) * random() ** 3)))
    row[actual] = 1000 - row.reduce((sum, count) => sum + count, 0)
    return row
  })
}

/** Rings above, the same rings blurred below: less so with every epoch. */
function picture(epoch: number): { width: number; height: number; pixels: string } {
  const width = pictured * side
  const grey = Buffer.alloc(2 * side * width)
  for (let y = 0; y < 2 * side; y++) {
    for (let x = 0; x < width; x++) {
      const radius = 4 + (Math.floor(x / side) % 5) * 1.4
      const distance = Math.abs(Math.hypot((x % side) - side / 2, (y % side) - side / 2) - radius)
      grey[y * width + x] = 255 * Math.max(0, 1 - distance / (y < side ? 2 : 2 + 5 / (epoch + 1)))
    }
  }
  return { width, height: 2 * side, pixels: grey.toString('base64') }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
