import { accuracyOf, countConfusion, encodeNumber, type WireNumber } from '@lockstep/shared'
import { sha256OfFloats } from '../checkpoints/checkpoint.ts'
import { recordReconstructions } from './reconstructions.ts'
import type { Session } from './session.ts'

/** Evaluates, reports and closes the books of an epoch. The gang is parked. */
export async function endEpoch(session: Session, epoch: number): Promise<void> {
  const { gang, plan, progress, emit, epochClock } = session
  const step = gang.committedStep - 1
  const loss = progress.epochLossSum / progress.epochBatches
  const metrics: Record<string, WireNumber> = {}
  const validationLoss = await evaluateValidation(session, metrics)
  if (plan.task === 'classification') await evaluateTest(session, step, epoch, metrics)
  else await recordReconstructions(session, step, epoch)
  emit({
    type: 'epoch-completed',
    epoch,
    step,
    loss: encodeNumber(loss),
    validationLoss: validationLoss === null ? null : encodeNumber(validationLoss),
    metrics,
    examplesPerSecond: epochClock.examples / (epochClock.trainingMs / 1000),
    durationMs: performance.now() - epochClock.startedAt,
    parametersSha256: sha256OfFloats([gang.copyState().parameters]),
  })
  session.epochClock = { trainingMs: 0, examples: 0, startedAt: performance.now() }
  progress.epochLossSum = 0
  progress.epochBatches = 0
  judgeEpoch(session, epoch, validationLoss ?? loss)
}

async function evaluateValidation({ gang, plan, dataset }: Session, metrics: Record<string, WireNumber>): Promise<number | null> {
  const { first, count } = plan.validation
  if (count === 0) return null
  const { lossSum, predictions } = await gang.evaluate('train', first, count)
  if (plan.task === 'classification') {
    const labels = dataset.train.labels.subarray(first, first + count)
    metrics['validation/accuracy'] = encodeNumber(accuracyOf(countConfusion(labels, predictions, dataset.input.classes)))
  }
  return lossSum / count
}

async function evaluateTest(
  { gang, dataset, emit }: Session,
  step: number,
  epoch: number,
  metrics: Record<string, WireNumber>,
): Promise<void> {
  const { count, labels } = dataset.test
  const { lossSum, predictions } = await gang.evaluate('test', 0, count)
  const counts = countConfusion(labels, predictions, dataset.input.classes)
  metrics['test/loss'] = encodeNumber(lossSum / count)
  metrics['test/accuracy'] = encodeNumber(accuracyOf(counts))
  emit({ type: 'confusion-matrix', split: 'test', step, epoch, labels: [...dataset.labels], counts })
}

/** Keeps the best loss and counts the epochs since. */
function judgeEpoch({ progress, gang }: Session, epoch: number, loss: number): void {
  progress.lastEpochLoss = encodeNumber(loss)
  const better = progress.best === null || loss < progress.best.loss
  if (better) progress.best = { loss, epoch, step: gang.committedStep }
  progress.epochsWithoutImprovement = better ? 0 : progress.epochsWithoutImprovement + 1
}
