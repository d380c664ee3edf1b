// Everything that follows from the config and the dataset before a thread starts.
import { availableParallelism } from 'node:os'
import { checkCompatible, models, optimizers, type ParameterSpec, parameterCount } from '@lockstep/models'
import { type DatasetFacts, type RunConfig, shardSizeOf, UserError } from '@lockstep/shared'
import type { ClusterSizes } from '../cluster/layout.ts'
import type { StepPlan } from '../cluster/rank-context.ts'
import type { LoadedDataset } from '../data/dataset.ts'
import { fingerprint } from '../data/fingerprint.ts'

export interface RunPlan {
  specs: readonly ParameterSpec[]
  slots: readonly string[]
  steps: StepPlan
  sizes: ClusterSizes
  facts: DatasetFacts
  /** Examples for validation follow the training ones in the train split. */
  validation: { first: number; count: number }
  task: 'reconstruction' | 'classification'
}

/** Derives the plan of a run. Throws UserError where config and data do not fit together. */
export function planRun(config: RunConfig, dataset: LoadedDataset): RunPlan {
  checkCompatible(config)
  const model = models[config.model as keyof typeof models]
  const specs = model.parameters(dataset.input)
  const slots = optimizers[config.optimizer as keyof typeof optimizers].slots(config)
  const available = Math.min(config.limit ?? dataset.train.count, dataset.train.count)
  const validationCount = Math.floor(available * config.validationFraction)
  const trainExamples = available - validationCount
  if (trainExamples < 1)
    throw new UserError(`validationFraction: must leave at least one training example, got ${config.validationFraction} of ${available}`)
  const stepsPerEpoch = Math.ceil(trainExamples / config.batchSize)
  const shardSize = shardSizeOf(config)
  return {
    specs,
    slots,
    task: model.task,
    validation: { first: trainExamples, count: validationCount },
    steps: { trainExamples, batchSize: config.batchSize, shardSize, stepsPerEpoch, totalSteps: stepsPerEpoch * config.epochs },
    sizes: {
      workers: config.workers === 'auto' ? availableParallelism() : config.workers,
      parameterCount: parameterCount(specs),
      slots: slots.length,
      shards: Math.ceil(Math.min(config.batchSize, trainExamples) / shardSize),
      trainExamples: available,
      testExamples: dataset.test.count,
      outputSize:
        model.task === 'reconstruction' ? dataset.input.height * dataset.input.width * dataset.input.channels : dataset.input.classes,
    },
    facts: {
      name: dataset.name,
      trainExamples,
      validationExamples: validationCount,
      testExamples: dataset.test.count,
      classes: [...dataset.labels],
      fingerprint: fingerprint(dataset.train, available),
    },
  }
}
