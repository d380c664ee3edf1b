// The registries: a new entry is one file and one line here. The config's choices, help texts, error messages, the launch
// form and the conformance tests all follow from them.
import { type RegistryNames, type RunConfig, UserError } from '@lockstep/shared'
import { datasets } from './datasets.ts'
import type { Loss } from './losses/loss.ts'
import { meanSquaredError } from './losses/mean-squared-error.ts'
import { softmaxCrossEntropy } from './losses/softmax-cross-entropy.ts'
import type { Model } from './model.ts'
import { convAutoencoder } from './models/conv-autoencoder.ts'
import { feedForward } from './models/feed-forward.ts'
import { softmaxRegression } from './models/softmax-regression.ts'
import { adam, adamw } from './optimizers/adam.ts'
import type { Optimizer } from './optimizers/optimizer.ts'
import { sgd } from './optimizers/sgd.ts'
import { constant } from './schedules/constant.ts'
import { cosine } from './schedules/cosine.ts'
import type { Schedule } from './schedules/schedule.ts'
import { step } from './schedules/step.ts'

export const models = {
  'conv-autoencoder': convAutoencoder,
  'feed-forward': feedForward,
  'softmax-regression': softmaxRegression,
} as const satisfies Record<string, Model>

export const losses = {
  'mean-squared-error': meanSquaredError,
  'softmax-cross-entropy': softmaxCrossEntropy,
} as const satisfies Record<string, Loss>

export const optimizers = { adam, adamw, sgd } as const satisfies Record<string, Optimizer>

export const schedules = { constant, step, cosine } as const satisfies Record<string, Schedule>

export const registryNames: RegistryNames = { models, losses, optimizers, schedules, datasets }

/** Throws a UserError where the config's loss does not suit its model. */
export function checkCompatible(config: Pick<RunConfig, 'model' | 'loss'>): void {
  const model: Model = models[config.model as keyof typeof models]
  const loss: Loss = losses[config.loss as keyof typeof losses]
  if (model.task === loss.task) return
  const fitting = Object.entries(losses).filter(([, other]) => other.task === model.task)
  throw new UserError(
    `loss: ${config.model} needs one for ${model.task} (${fitting.map(([name]) => name).join(', ')}), got ${config.loss}, which is for ${loss.task}`,
  )
}
