// What a page knows of a run: a snapshot from the database plus every event after it, folded by one pure function.
import type { DatasetFacts, EventOf, HostFacts, RankTimes, TrainingEvent } from './events.ts'
import { metricsOfEvent } from './metrics.ts'
import { decodeNumber, type WireNumber } from './numbers.ts'
import type { RunState } from './run-state.ts'

/** One row of the runs list. */
export interface RunSummary {
  id: string
  name: string
  state: RunState
  attempt: number
  config: Record<string, unknown>
  model: string
  dataset: string
  workers: number
  engine: string
  kernels: string
  /** Milliseconds since the Unix epoch. */
  createdAt: number
  startedAt: number | null
  endedAt: number | null
  heartbeatAt: number | null
  /** Steps done so far. */
  step: number
  totalSteps: number
  stepsPerEpoch: number
  /** Last training loss; null before the first step. */
  loss: WireNumber | null
  examplesPerSecond: number | null
  lastSequence: number
  error: string | null
}

/** Columns of one metric, equal lengths, in the order they were recorded. */
export interface Series {
  steps: number[]
  epochs: number[]
  times: number[]
  values: WireNumber[]
}

export interface EpochRow {
  epoch: number
  /** The last step of the epoch. */
  step: number
  loss: WireNumber
  validationLoss: WireNumber | null
  examplesPerSecond: number
  durationMs: number
  parametersSha256: string
}

export interface CheckpointRow {
  step: number
  epoch: number
  path: string
  sha256: string
  sizeBytes: number
  best: boolean
}

export interface StepRecord {
  step: number
  durationMs: number
  ranks: RankTimes[]
}

export interface RunView {
  run: RunSummary
  host: HostFacts | null
  datasetFacts: DatasetFacts | null
  parameters: number | null
  resumedFromStep: number | null
  series: Record<string, Series>
  epochs: EpochRow[]
  checkpoints: CheckpointRow[]
  confusionMatrices: Omit<EventOf<'confusion-matrix'>, 'type' | 'runId' | 'attempt' | 'sequence' | 'time'>[]
  /** The newest picture of each key and at most `earlierImagesKept` before it, the first among them. */
  images: Omit<EventOf<'image-recorded'>, 'type' | 'runId' | 'attempt' | 'sequence' | 'time'>[]
  warnings: { time: number; code: string; message: string }[]
  /** The newest steps, oldest first, at most `stepRecordsKept`. */
  lastSteps: StepRecord[]
  result: { parametersSha256: string; optimizerSha256: string } | null
}

export const stepRecordsKept = 24
export const earlierImagesKept = 8

/** The view after one more event. Events at or before `lastSequence` change nothing, so replays are harmless. */
export function foldEvent(view: RunView, event: TrainingEvent): RunView {
  if (event.sequence <= view.run.lastSequence) return view
  const next: RunView = { ...view, run: foldRun(view.run, event) }
  const points = metricsOfEvent(event)
  if (points.length > 0) {
    next.series = { ...view.series }
    for (const point of points) {
      const series = next.series[point.key] ?? { steps: [], epochs: [], times: [], values: [] }
      next.series[point.key] = appendPoint(series, point.step, point.epoch, point.time, point.value)
    }
  }
  return foldDetails(next, event)
}

/** Series grow in place (their identity changes, their columns do not), so that a long run stays cheap to watch. */
function appendPoint(series: Series, step: number, epoch: number, time: number, value: number): Series {
  series.steps.push(step)
  series.epochs.push(epoch)
  series.times.push(time)
  series.values.push(Number.isFinite(value) ? value : (String(value) as WireNumber))
  return { ...series }
}

/** The run's row after one more event. */
export function foldRun(run: RunSummary, event: TrainingEvent): RunSummary {
  const next = { ...run, attempt: event.attempt, lastSequence: event.sequence, heartbeatAt: event.time }
  switch (event.type) {
    case 'run-started':
      return {
        ...next,
        name: event.name,
        state: 'running',
        config: event.config,
        model: String(event.config.model),
        dataset: event.dataset.name,
        workers: event.workers,
        engine: event.engine,
        kernels: event.kernels,
        startedAt: event.time,
        endedAt: null,
        step: event.resumedFromStep ?? 0,
        stepsPerEpoch: event.stepsPerEpoch,
        totalSteps: event.totalSteps,
        error: null,
      }
    case 'step-completed':
      return { ...next, step: event.step + 1, loss: event.loss, examplesPerSecond: event.examples / (event.durationMs / 1000) }
    case 'run-finished':
      return { ...next, state: 'finished', endedAt: event.time, step: event.step }
    case 'run-failed':
      return { ...next, state: 'failed', endedAt: event.time, error: event.error.message }
    case 'run-stopped':
      return { ...next, state: 'stopped', endedAt: event.time, step: event.step }
    default:
      return next
  }
}

function foldDetails(view: RunView, event: TrainingEvent): RunView {
  switch (event.type) {
    case 'run-started':
      return {
        ...view,
        host: event.host,
        datasetFacts: event.dataset,
        parameters: event.parameters,
        resumedFromStep: event.resumedFromStep,
        result: null,
        ...(event.resumedFromStep === null ? {} : dropFrom(view, event.resumedFromStep)),
      }
    case 'step-completed': {
      const record: StepRecord = { step: event.step, durationMs: event.durationMs, ranks: event.ranks }
      return { ...view, lastSteps: [...view.lastSteps, record].slice(-stepRecordsKept) }
    }
    case 'epoch-completed':
      return { ...view, epochs: [...view.epochs.filter((row) => row.epoch !== event.epoch), event] }
    case 'checkpoint-written': {
      const kept = view.checkpoints.filter((row) => row.path !== event.path && !event.removed.includes(row.path))
      const others = event.best ? kept.map((row) => ({ ...row, best: false })) : kept
      return { ...view, checkpoints: [...others, event] }
    }
    case 'confusion-matrix':
      return { ...view, confusionMatrices: [...view.confusionMatrices.filter((other) => !isSameMatrix(other, event)), event] }
    case 'image-recorded':
      return { ...view, images: withImage(view.images, event) }
    case 'warning':
      return { ...view, warnings: [...view.warnings, event] }
    case 'run-finished':
      return { ...view, result: event }
    default:
      return view
  }
}

type Recomputed = 'series' | 'lastSteps' | 'epochs' | 'confusionMatrices' | 'images'

/** A resumed attempt recomputes the steps after its checkpoint: the page shows the newest attempt's. */
function dropFrom(view: RunView, firstStep: number): Pick<RunView, Recomputed> {
  const isBefore = ({ step }: { step: number }): boolean => step < firstStep
  return {
    series: Object.fromEntries(Object.entries(view.series).map(([key, column]) => [key, keepBefore(column, firstStep)])),
    lastSteps: view.lastSteps.filter(isBefore),
    epochs: view.epochs.filter(isBefore),
    confusionMatrices: view.confusionMatrices.filter(isBefore),
    images: view.images.filter(isBefore),
  }
}

type Matrix = RunView['confusionMatrices'][number]
type Image = RunView['images'][number]

function isSameMatrix(a: Matrix, b: Matrix): boolean {
  return a.split === b.split && a.step === b.step
}

/** Pictures are big: of each key those are kept that show best how it changed. */
function withImage(images: readonly Image[], image: Image): Image[] {
  const ofKey = images.filter(({ key, step }) => key === image.key && step !== image.step)
  const thinned = thinOut([...ofKey, image], earlierImagesKept + 1)
  return [...images.filter(({ key }) => key !== image.key), ...thinned]
}

/** Drops what leaves the smallest gap, never the first or the last, so that what stays is spread evenly however many more come. */
function thinOut(images: readonly Image[], most: number): readonly Image[] {
  if (images.length <= most) return images
  const gaps = images.slice(1, -1).map((_, index) => images[index + 2].step - images[index].step)
  const dropped = 1 + gaps.indexOf(Math.min(...gaps))
  return thinOut(images.toSpliced(dropped, 1), most)
}

function keepBefore(series: Series, firstStep: number): Series {
  const kept = series.steps.flatMap((step, index) => (step < firstStep ? [index] : []))
  const pick = <T>(column: readonly T[]): T[] => kept.map((index) => column[index])
  return { steps: pick(series.steps), epochs: pick(series.epochs), times: pick(series.times), values: pick(series.values) }
}

/** Milliseconds until the last step at the pace of `stepMs` a step; null where it cannot be said. */
export function timeLeftMs(run: Pick<RunSummary, 'step' | 'totalSteps'>, stepMs: number | null): number | null {
  if (stepMs === null || !Number.isFinite(stepMs) || run.totalSteps === 0) return null
  return Math.max(0, run.totalSteps - run.step) * stepMs
}

/** The plain numbers of a series, NaN and infinities included. */
export function valuesOf(series: Series): number[] {
  return series.values.map(decodeNumber)
}
