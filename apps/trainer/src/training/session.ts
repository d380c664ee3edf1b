// One attempt at a run: the loop over segments between two reasons to park the gang (epoch's end, checkpoint, stop).
import { initialiseParameters } from '@lockstep/models'
import { type EventBody, encodeNumber, messageOf, UserError } from '@lockstep/shared'
import { type Checkpoint, type Progress, sha256OfFloats, startingProgress } from '../checkpoints/checkpoint.ts'
import { CheckpointStore, checkpointDirectory } from '../checkpoints/store.ts'
import { Gang, type ModelState } from '../cluster/gang.ts'
import type { StepReport } from '../cluster/step-report.ts'
import { announce } from './announce.ts'
import { endEpoch } from './end-epoch.ts'
import { writeOrder } from './order.ts'
import { peakMemoryBytes } from './peak-memory.ts'
import { planRun, type RunPlan } from './run-plan.ts'
import { RunTakenOver } from './run-taken-over.ts'
import { checkpointEvery, finishSaving, isSaveDue, millisecondsToNextSave, save, savesEpochs, throwSaveFailure } from './saving.ts'
import type { TrainOptions } from './train.ts'

/** Emits an event; returns its sequence number. */
export type Emit = (body: EventBody) => number

export interface Session extends SessionOptions {
  readonly emit: Emit
  plan: RunPlan
  gang: Gang
  store: CheckpointStore
  progress: Progress
  /** Clock of this attempt, ms; for records only. */
  startedAt: number
  elapsedBefore: number
  /** Start of the current epoch's training in this attempt, and steps of it done here. */
  epochClock: { trainingMs: number; examples: number; startedAt: number }
  lastSaveAt: number
  /** The save at hand, if any; the next one waits for it. Never rejects: see `saveFailure`. */
  saving: Promise<void>
  saveFailure: Error | null
}

/** Consecutive steps with a gradient of exactly zero before a warning says so. */
const zeroGradientPatience = 50

export interface SessionOptions extends TrainOptions {
  attempt: number
  signal: AbortSignal
  recorded: (sequence: number) => Promise<void>
  /** Sequence number of the newest event. */
  lastSequence: () => number
}

/** Runs one attempt from `run-started` to its last event. Throws UserError before the first. */
export async function runSession(options: SessionOptions, emit: Emit): Promise<void> {
  const { config, dataset, resumeFrom = null } = options
  const plan = planRun(config, dataset)
  checkResume(resumeFrom, plan)
  const store = await CheckpointStore.open(checkpointDirectory(options.runsDir, options.runId), plan.specs, config.keep)
  const progress = resumeFrom?.facts.progress ?? startingProgress
  let session: Session | null = null
  const gang = await Gang.start({
    config,
    plan: plan.steps,
    sizes: plan.sizes,
    train: dataset.train,
    test: dataset.test,
    image: dataset.input,
    classes: dataset.input.classes,
    onStep: (report) => session !== null && recordStep(session, report),
    onRestart: (error, step) =>
      emit({ type: 'warning', code: 'gang-restarted', message: `${error.message}; a new gang goes on from step ${step}` }),
  })
  try {
    gang.restore(resumeFrom?.state ?? initialState(options, plan))
    session = {
      ...options,
      emit,
      plan,
      gang,
      store,
      progress: { ...progress },
      startedAt: performance.now(),
      elapsedBefore: progress.elapsedMs,
      epochClock: { trainingMs: 0, examples: 0, startedAt: performance.now() },
      lastSaveAt: performance.now(),
      saving: Promise.resolve(),
      saveFailure: null,
    }
    await announce(session, resumeFrom)
    await runSegments(session).catch((error: unknown) => reportFailure(emit, gang.committedStep, error))
  } finally {
    await session?.saving
    await gang.close()
  }
}

/** What went wrong after the run had started becomes its last event. */
function reportFailure(emit: Emit, step: number, error: unknown): void {
  const stack = error instanceof Error && !(error instanceof UserError) ? (error.stack ?? null) : null
  emit({ type: 'run-failed', step, error: { message: messageOf(error), code: 'error', rank: rankOf(error), stack } })
}

function rankOf(error: unknown): number | null {
  const match = /^rank (\d+),/.exec(messageOf(error))
  return match === null ? null : Number(match[1])
}

function checkResume(checkpoint: Checkpoint | null, plan: RunPlan): void {
  if (checkpoint === null) return
  const { datasetFingerprint } = checkpoint.facts
  if (datasetFingerprint !== plan.facts.fingerprint) {
    throw new UserError(`resume: the training data must be the run's own (SHA-256 ${datasetFingerprint}), got ${plan.facts.fingerprint}`)
  }
}

function initialState({ config }: TrainOptions, plan: RunPlan): ModelState {
  const { parameterCount } = plan.sizes
  return {
    step: 0,
    parameters: initialiseParameters(plan.specs, config.seed),
    slots: plan.slots.map(() => new Float32Array(parameterCount)),
  }
}

async function runSegments(session: Session): Promise<void> {
  const { gang, plan, signal, config } = session
  const { stepsPerEpoch, totalSteps } = plan.steps
  let orderedEpoch = -1
  while (gang.committedStep < totalSteps && !isPatienceOver(session)) {
    throwSaveFailure(session)
    if (signal.aborted) return stop(session)
    const epoch = Math.floor(gang.committedStep / stepsPerEpoch)
    if (epoch !== orderedEpoch) writeOrder(gang.shared.order, config, plan.steps.trainExamples, epoch)
    orderedEpoch = epoch
    const reason = await trainSegment(session, epoch)
    if (reason === 'non-finite') return failNonFinite(session)
    const step = gang.committedStep
    const atEpochEnd = step === (epoch + 1) * stepsPerEpoch
    if (atEpochEnd) await endEpoch(session, epoch)
    if (atEpochEnd ? savesEpochs(session) : isSaveDue(session)) await save(session, atEpochEnd ? 'epoch' : 'periodic')
  }
  if (isPatienceOver(session)) await restoreBest(session)
  await finish(session)
}

/** Known from the progress alone, so that a run resumed after the epoch that ended its patience stops there too. */
function isPatienceOver({ config, progress }: Session): boolean {
  return config.earlyStopping !== null && progress.epochsWithoutImprovement >= config.earlyStopping
}

/** Trains up to the next step at which something else has to happen. */
async function trainSegment(session: Session, epoch: number): Promise<'limit' | 'non-finite'> {
  const { gang, plan, signal } = session
  const every = checkpointEvery(session)
  const step = gang.committedStep
  const limits = [(epoch + 1) * plan.steps.stepsPerEpoch]
  if (every.steps !== null) limits.push((Math.floor(step / every.steps) + 1) * every.steps)
  const park = () => gang.requestPark()
  const timer = every.seconds === null ? undefined : setTimeout(park, millisecondsToNextSave(session, every.seconds))
  signal.addEventListener('abort', park)
  try {
    const segment = gang.trainUntil(Math.min(...limits))
    if (signal.aborted) park()
    return await segment
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', park)
  }
}

function recordStep(session: Session, report: StepReport): void {
  const { progress, plan, emit, epochClock } = session
  progress.epochLossSum += report.loss
  progress.epochBatches++
  progress.lastStepLoss = encodeNumber(report.loss)
  epochClock.trainingMs += report.durationMs
  epochClock.examples += report.examples
  const { ranks, ...rest } = report
  emit({
    type: 'step-completed',
    ...rest,
    loss: encodeNumber(report.loss),
    gradientNorm: encodeNumber(report.gradientNorm),
    epoch: Math.floor(report.step / plan.steps.stepsPerEpoch),
    shardsPerRank: ranks.map((rank) => rank.shards),
    ranks,
  })
  warnOfZeroGradient(session, report)
}

function warnOfZeroGradient({ progress, emit }: Session, { gradientNorm, step }: StepReport): void {
  progress.zeroGradientSteps = gradientNorm === 0 ? progress.zeroGradientSteps + 1 : 0
  if (progress.zeroGradientSteps !== zeroGradientPatience) return
  const message = `the gradient has been exactly zero for ${zeroGradientPatience} steps, up to step ${step}: nothing is learned; another --seed may start, or the output layer is dead`
  emit({ type: 'warning', code: 'zero-gradient', message })
}

async function stop(session: Session): Promise<void> {
  const step = session.gang.committedStep
  await finishSaving(session)
  if (session.store.pathOf(step) === null && !(session.signal.reason instanceof RunTakenOver)) await save(session, 'stop')
  await finishSaving(session)
  session.emit({ type: 'run-stopped', step, checkpoint: session.store.pathOf(step) })
}

async function failNonFinite(session: Session): Promise<void> {
  const { step, loss, gradientNorm } = session.gang.nonFiniteStep()
  await session.saving
  const message = `step ${step}: loss and gradient must be finite, got loss ${loss} and gradient norm ${gradientNorm}; the update was not applied; try a lower --learning-rate or --clip-norm`
  session.emit({ type: 'run-failed', step, error: { message, code: 'non-finite', rank: null, stack: null } })
}

/** Early stopping ends with the parameters of the best epoch. */
async function restoreBest(session: Session): Promise<void> {
  const { store, gang, progress, emit, config } = session
  await finishSaving(session)
  const best = progress.best
  const path = best === null ? null : store.pathOf(best.step)
  if (best === null || path === null)
    throw new Error(`early stopping: the best epoch's checkpoint must be kept, got ${JSON.stringify(best)}`)
  const { state, facts } = await store.load(path)
  gang.restore(state)
  session.progress = facts.progress
  emit({
    type: 'warning',
    code: 'early-stopping',
    message: `no better loss for ${config.earlyStopping} epochs: stopped, and restored epoch ${best.epoch} (loss ${best.loss})`,
  })
}

async function finish(session: Session): Promise<void> {
  const { gang, store, emit, progress } = session
  const state = gang.copyState()
  await finishSaving(session)
  if (store.pathOf(state.step) === null) await save(session, 'final')
  await finishSaving(session)
  emit({
    type: 'run-finished',
    step: state.step,
    loss: progress.lastEpochLoss ?? progress.lastStepLoss ?? 'NaN',
    parametersSha256: sha256OfFloats([state.parameters]),
    optimizerSha256: sha256OfFloats(state.slots),
    durationMs: session.elapsedBefore + performance.now() - session.startedAt,
    peakMemoryBytes: peakMemoryBytes(),
  })
}
