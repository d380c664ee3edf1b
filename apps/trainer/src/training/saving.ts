// Checkpoints of a running session: when they are due, how the state is taken, how it is written while training goes on.
import { type CheckpointEvery, type CheckpointReason, messageOf, parseCheckpointEvery } from '@lockstep/shared'
import { type Checkpoint, checkpointFormat } from '../checkpoints/checkpoint.ts'
import type { Session } from './session.ts'

/** Longest delay that timers take, ms. */
const longestTimerMs = 2 ** 31 - 1

export function checkpointEvery({ config }: Session): CheckpointEvery {
  const every = parseCheckpointEvery(config.checkpointEvery)
  if (every === null) throw new Error(`checkpointEvery: must have been checked with the config, got ${config.checkpointEvery}`)
  return every
}

/** Whether the end of an epoch is saved: early stopping needs every epoch, to restore the best. */
export function savesEpochs(session: Session): boolean {
  return checkpointEvery(session).epoch || session.config.earlyStopping !== null || isSaveDue(session)
}

export function isSaveDue(session: Session): boolean {
  const every = checkpointEvery(session)
  if (every.steps !== null && session.gang.committedStep % every.steps === 0) return true
  return every.seconds !== null && performance.now() - session.lastSaveAt >= every.seconds * 1000
}

export function millisecondsToNextSave({ lastSaveAt }: Session, seconds: number): number {
  return Math.min(longestTimerMs, Math.max(0, lastSaveAt + seconds * 1000 - performance.now()))
}

/**
 * Takes the state now and writes it while training goes on, once the save before is done. The file appears only when
 * every event up to its step is recorded: whoever resumes from it has lost none. A failed write fails the run.
 */
export async function save(session: Session, reason: CheckpointReason): Promise<void> {
  await session.saving
  const checkpoint = takeCheckpoint(session, reason)
  session.lastSaveAt = performance.now()
  session.saving = writeWhenRecorded(session, checkpoint).catch((cause: unknown) => {
    session.saveFailure = new Error(`checkpoint of step ${checkpoint.state.step}: cannot be written (${messageOf(cause)})`, { cause })
    session.gang.requestPark()
  })
}

async function writeWhenRecorded({ store, emit, recorded, lastSequence }: Session, checkpoint: Checkpoint): Promise<void> {
  await recorded(lastSequence())
  emit(await store.save(checkpoint))
}

/** Waits for the save at hand. Throws if it failed. */
export async function finishSaving(session: Session): Promise<void> {
  await session.saving
  throwSaveFailure(session)
}

export function throwSaveFailure({ saveFailure }: Session): void {
  if (saveFailure !== null) throw saveFailure
}

function takeCheckpoint(session: Session, reason: CheckpointReason): Checkpoint {
  const { config, plan, gang, progress } = session
  const state = gang.copyState()
  progress.elapsedMs = session.elapsedBefore + performance.now() - session.startedAt
  return {
    state,
    facts: {
      format: checkpointFormat,
      runId: session.runId,
      attempt: session.attempt,
      step: state.step,
      epoch: Math.max(0, Math.ceil(state.step / plan.steps.stepsPerEpoch) - 1),
      reason,
      config: { ...config },
      progress: structuredClone(progress),
      slots: [...plan.slots],
      datasetFingerprint: plan.facts.fingerprint,
      dataset: plan.facts.name,
      engine: config.engine,
      kernels: gang.kernels,
    },
  }
}
