// One schema for the wire, the JSON output and what the database stores. architecture.md sections 3 and 9.
import { z } from 'zod'
import { wireNumber } from './numbers.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)
const milliseconds = z.number().min(0)

const head = {
  runId: z.string().min(1),
  /** 1 for the first attempt; each resume adds one. */
  attempt: z.int().min(1),
  /** From 1, without gaps, over all attempts of a run. */
  sequence: z.int().min(1),
  /** Milliseconds since the Unix epoch. */
  time: z.number(),
}

export const datasetFacts = z.object({
  name: z.string(),
  trainExamples: count,
  validationExamples: count,
  testExamples: count,
  classes: z.array(z.string()),
  /** SHA-256 of the training images and labels in use. */
  fingerprint: sha256,
})

export const hostFacts = z.object({
  hostname: z.string(),
  platform: z.string(),
  cpu: z.string(),
  cores: count,
  memoryBytes: count,
  node: z.string(),
  pid: count,
  gitCommit: z.string().nullable(),
  argv: z.array(z.string()),
})

/** Where one rank's time went in one step. */
export const rankTimes = z.object({
  shards: count,
  dataMs: milliseconds,
  gradientMs: milliseconds,
  waitMs: milliseconds,
  reduceMs: milliseconds,
  updateMs: milliseconds,
})

const runStarted = z.object({
  type: z.literal('run-started'),
  ...head,
  name: z.string(),
  config: z.record(z.string(), z.unknown()),
  /** Number of trainable float32 values. */
  parameters: count,
  workers: z.int().min(1),
  engine: z.string(),
  kernels: z.string(),
  dataset: datasetFacts,
  stepsPerEpoch: count,
  totalSteps: count,
  resumedFromStep: count.nullable(),
  host: hostFacts,
})

const stepCompleted = z.object({
  type: z.literal('step-completed'),
  ...head,
  step: count,
  epoch: count,
  loss: wireNumber,
  gradientNorm: wireNumber,
  learningRate: z.number(),
  examples: count,
  shardsPerRank: z.array(count),
  ranks: z.array(rankTimes),
  durationMs: milliseconds,
})

const epochCompleted = z.object({
  type: z.literal('epoch-completed'),
  ...head,
  epoch: count,
  /** The last step of the epoch. */
  step: count,
  loss: wireNumber,
  validationLoss: wireNumber.nullable(),
  /** More results by metric key, such as `test/accuracy`. */
  metrics: z.record(z.string(), wireNumber),
  examplesPerSecond: z.number(),
  durationMs: milliseconds,
  parametersSha256: sha256,
})

export const checkpointReasons = ['periodic', 'epoch', 'stop', 'final'] as const

const checkpointWritten = z.object({
  type: z.literal('checkpoint-written'),
  ...head,
  /** Steps committed when it was taken: resuming runs this step next. */
  step: count,
  epoch: count,
  path: z.string(),
  sha256,
  sizeBytes: count,
  reason: z.enum(checkpointReasons),
  /** The loss by which checkpoints are ranked: validation if there is one, else training; null before the first epoch ends. */
  loss: wireNumber.nullable(),
  best: z.boolean(),
  /** Paths that retention removed once this one was safe. */
  removed: z.array(z.string()),
})

const confusionMatrix = z.object({
  type: z.literal('confusion-matrix'),
  ...head,
  split: z.string(),
  step: count,
  epoch: count,
  labels: z.array(z.string()),
  /** counts[actual][predicted] */
  counts: z.array(z.array(count)),
})

const imageRecorded = z.object({
  type: z.literal('image-recorded'),
  ...head,
  key: z.string(),
  step: count,
  epoch: count,
  width: count,
  height: count,
  /** Grey values 0-255, row by row, base64. */
  pixels: z.string(),
})

const warning = z.object({ type: z.literal('warning'), ...head, code: z.string(), message: z.string() })

const runFinished = z.object({
  type: z.literal('run-finished'),
  ...head,
  /** Steps done in all. */
  step: count,
  loss: wireNumber,
  parametersSha256: sha256,
  optimizerSha256: sha256,
  durationMs: milliseconds,
  peakMemoryBytes: count,
})

const runFailed = z.object({
  type: z.literal('run-failed'),
  ...head,
  step: count.nullable(),
  error: z.object({ message: z.string(), code: z.string(), rank: count.nullable(), stack: z.string().nullable() }),
})

const runStopped = z.object({ type: z.literal('run-stopped'), ...head, step: count, checkpoint: z.string().nullable() })

export const trainingEventSchema = z.discriminatedUnion('type', [
  runStarted,
  stepCompleted,
  epochCompleted,
  checkpointWritten,
  confusionMatrix,
  imageRecorded,
  warning,
  runFinished,
  runFailed,
  runStopped,
])

export type TrainingEvent = z.infer<typeof trainingEventSchema>
export type TrainingEventType = TrainingEvent['type']
export type EventOf<T extends TrainingEventType> = Extract<TrainingEvent, { type: T }>
/** An event before the trainer stamps it with run, attempt, sequence and time. */
export type EventBody = { [T in TrainingEventType]: Omit<EventOf<T>, 'runId' | 'attempt' | 'sequence' | 'time'> }[TrainingEventType]
export type DatasetFacts = z.infer<typeof datasetFacts>
export type HostFacts = z.infer<typeof hostFacts>
export type RankTimes = z.infer<typeof rankTimes>
export type CheckpointReason = (typeof checkpointReasons)[number]
