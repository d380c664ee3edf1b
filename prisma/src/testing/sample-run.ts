// The events of one small run as a trainer would send them: two attempts, of which the first dies between two checkpoints.
import { type EventBody, foldEvent, type RunSummary, type RunView, type TrainingEvent, trainingEventSchema } from '@lockstep/shared'

const stepsPerEpoch = 30
const totalSteps = 90
const startTime = 1_760_000_000_000.25

export const sampleConfig = { model: 'classifier', dataset: 'synthetic-digits', workers: 2, engine: 'wasm', kernels: 'relaxed', seed: 42 }

/** All events of the run; the first attempt dies after step 50, the second resumes from step 45. */
export function sampleEvents(runId: string): TrainingEvent[] {
  const bodies = [
    ...attemptBodies(1, null, 0, 51),
    ...attemptBodies(2, 45, 45, totalSteps),
    body(2, { type: 'run-finished', step: totalSteps, loss: 0.01, ...hashes(9), durationMs: 5000, peakMemoryBytes: 1e9 }),
  ]
  return bodies.map(({ attempt, event }, index) => {
    const sequence = index + 1
    return trainingEventSchema.parse({ ...event, runId, attempt, sequence, time: startTime + sequence * 3.5 })
  })
}

/** What a browser would know of the run that had every event and nothing else. */
export function foldAll(run: RunSummary, events: readonly TrainingEvent[]): RunView {
  const empty: RunView = {
    ...{ run, host: null, datasetFacts: null, parameters: null, resumedFromStep: null, series: {}, epochs: [], checkpoints: [] },
    ...{ confusionMatrices: [], images: [], warnings: [], lastSteps: [], result: null },
  }
  return events.reduce(foldEvent, empty)
}

interface Body {
  attempt: number
  event: EventBody
}

function body(attempt: number, event: EventBody): Body {
  return { attempt, event }
}

function attemptBodies(attempt: number, resumedFromStep: number | null, first: number, end: number): Body[] {
  const bodies = [body(attempt, startBody(resumedFromStep))]
  for (let step = first; step < end; step++) {
    bodies.push(body(attempt, stepBody(step, attempt)))
    if (step === 5) bodies.push(body(attempt, { type: 'warning', code: 'zero-gradient', message: 'the gradient is exactly zero' }))
    if (step % 15 === 14) bodies.push(body(attempt, checkpointBody(step + 1, attempt)))
    if (step % stepsPerEpoch === stepsPerEpoch - 1) bodies.push(...epochBodies(step, attempt).map((event) => body(attempt, event)))
  }
  return bodies
}

function startBody(resumedFromStep: number | null): EventBody {
  const host = { hostname: 'box', platform: 'linux', cpu: 'some cpu', cores: 2, memoryBytes: 17_179_869_184, node: 'v20.20.2', pid: 4242 }
  return {
    ...{
      type: 'run-started',
      name: 'amber-otter-12',
      config: sampleConfig,
      parameters: 7850,
      workers: 2,
      engine: 'wasm',
      kernels: 'relaxed',
    },
    ...{ stepsPerEpoch, totalSteps, resumedFromStep, host: { ...host, gitCommit: null, argv: ['train', '--epochs', '3'] } },
    dataset: {
      ...{ name: 'synthetic-digits', trainExamples: 3000, validationExamples: 0, testExamples: 20, classes: ['0', '1'] },
      fingerprint: hash(1),
    },
  }
}

function stepBody(step: number, attempt: number): EventBody {
  const ranks = [0, 1].map((rank) => ({ shards: 5, dataMs: 0.1, gradientMs: 2 + rank / 3, waitMs: 0.2, reduceMs: 0.3, updateMs: 0.1 }))
  const loss = step === 20 ? 'NaN' : 1 / (step + 3) + attempt / 7e6
  const gradientNorm = step === 21 ? 'Infinity' : step === 22 ? '-Infinity' : Math.sqrt(step) / 3
  // A first step too short for the clock gives infinite throughput.
  const durationMs = step === 89 ? 0 : 3 + (step % 7) / 11
  return {
    ...{ type: 'step-completed', step, epoch: Math.floor(step / stepsPerEpoch), loss, gradientNorm, learningRate: 1e-4, examples: 100 },
    ...{ shardsPerRank: [5, 5], ranks, durationMs },
  }
}

function checkpointBody(step: number, attempt: number): EventBody {
  return {
    ...{ type: 'checkpoint-written', step, epoch: Math.floor(step / stepsPerEpoch), path: `checkpoints/step-${step}.safetensors` },
    ...{ sha256: hash(step), sizeBytes: 5_000_000_000 + step, reason: step % stepsPerEpoch === 0 ? 'epoch' : 'periodic' },
    ...{ loss: step === 15 ? null : step === 30 ? 'NaN' : 1 / step, best: step % 30 === 0 || attempt === 2 },
    removed: step > 30 ? [`checkpoints/step-${step - 30}.safetensors`] : [],
  }
}

function epochBodies(step: number, attempt: number): EventBody[] {
  const epoch = Math.floor(step / stepsPerEpoch)
  const at = { step, epoch }
  const counts = [
    [8 + epoch, 2 - epoch],
    [1, 9],
  ]
  return [
    {
      ...{
        type: 'epoch-completed',
        ...at,
        loss: epoch === 0 ? 'NaN' : 0.1 / (epoch + attempt),
        validationLoss: epoch === 1 ? 'Infinity' : null,
      },
      ...{ metrics: { 'test/accuracy': 0.9 + epoch / 300 }, examplesPerSecond: 3000.5, durationMs: 900.125, parametersSha256: hash(epoch) },
    },
    { type: 'confusion-matrix', split: 'test', ...at, labels: ['0', '1'], counts },
    {
      type: 'image-recorded',
      key: 'reconstruction/0',
      ...at,
      width: 2,
      height: 2,
      pixels: Buffer.from([0, 128, 255, epoch]).toString('base64'),
    },
  ]
}

function hash(seed: number): string {
  return seed.toString(16).padStart(64, '0')
}

function hashes(seed: number) {
  return { parametersSha256: hash(seed), optimizerSha256: hash(seed + 1) }
}
