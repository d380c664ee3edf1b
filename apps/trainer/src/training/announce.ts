import { availableParallelism } from 'node:os'
import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import { readHostFacts } from './host.ts'
import type { Session } from './session.ts'

/** Emits `run-started` and what a person should know before the first step. */
export async function announce(session: Session, resumeFrom: Checkpoint | null): Promise<void> {
  const { config, plan, emit, dataset, gang } = session
  emit({
    type: 'run-started',
    name: session.name,
    config: { ...config },
    parameters: plan.sizes.parameterCount,
    workers: plan.sizes.workers,
    engine: config.engine,
    kernels: gang.kernels,
    dataset: plan.facts,
    stepsPerEpoch: plan.steps.stepsPerEpoch,
    totalSteps: plan.steps.totalSteps,
    // An attempt that starts anew replaces what the one before it recorded, from step 0 on.
    resumedFromStep: resumeFrom?.facts.step ?? (session.attempt > 1 ? 0 : null),
    host: await readHostFacts(session.argv ?? []),
  })
  if (resumeFrom !== null) mendRecord(session, resumeFrom)
  for (const message of dataset.notes) emit({ type: 'warning', code: 'dataset', message })
  warnOfIdleWorkers(session)
  warnOfTooManyWorkers(session)
}

function warnOfIdleWorkers({ plan, emit }: Session): void {
  const { workers, shards } = plan.sizes
  if (workers <= shards) return
  const remedy = plan.steps.shardSize > 1 ? 'a smaller --shard-size makes more shards' : 'a larger --batch-size makes more shards'
  const message = `shards of a batch: ${shards} for ${workers} workers, so ${workers - shards} have nothing to compute; ${remedy}`
  emit({ type: 'warning', code: 'idle-workers', message })
}

/** A process that was killed right after a save has left a file, and removals, that the record does not tell of. */
function mendRecord({ resumedFile, store, emit }: Session, { facts }: Checkpoint): void {
  if (resumedFile === undefined || (resumedFile.recorded && resumedFile.gone.length === 0)) return
  const { path, sha256, sizeBytes, gone } = resumedFile
  const { step, epoch, reason, progress } = facts
  const best = store.bestPath === path
  emit({ type: 'checkpoint-written', step, epoch, path, sha256, sizeBytes, reason, loss: progress.lastEpochLoss, best, removed: [...gone] })
}

function warnOfTooManyWorkers({ plan, emit }: Session): void {
  const cores = availableParallelism()
  if (plan.sizes.workers <= cores) return
  const message = `workers: ${plan.sizes.workers} share ${cores} cores, which is slower than one a core; the result is the same`
  emit({ type: 'warning', code: 'oversubscribed', message })
}
