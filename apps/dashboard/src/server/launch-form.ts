// The launch form is the config schema as plain data: a new config field appears in the form by itself.
import { type ConfigField, describeConfigFields, type RegistryNames } from '@lockstep/shared'

export interface LaunchPreset {
  title: string
  summary: string
  config: Record<string, unknown>
}

export interface LaunchForm {
  fields: ConfigField[]
  /** What `defaultsFor` needs: the values that models and optimizers bring along win over the fields' defaults. */
  entries: Pick<RegistryNames, 'models' | 'optimizers'>
  presets: LaunchPreset[]
}

const presets: readonly LaunchPreset[] = [
  {
    title: 'The report’s autoencoder',
    summary: 'five epochs, batches of 100, Adam at 0.0001, seed 42',
    config: { model: 'conv-autoencoder' },
  },
  {
    title: 'Quick look',
    summary: 'three epochs of 6,000 images with a seed that learns at once: seconds',
    config: { model: 'conv-autoencoder', limit: 6000, epochs: 3, seed: 1 },
  },
  {
    title: 'Feed-forward classifier',
    summary: 'the report’s comparison network, with its own defaults',
    config: { model: 'feed-forward' },
  },
]

/** What the launch page needs to know; presets of models that do not exist are left out. */
export function createLaunchForm(names: RegistryNames): LaunchForm {
  return {
    fields: describeConfigFields(names),
    entries: { models: plainEntries(names.models), optimizers: plainEntries(names.optimizers) },
    presets: presets.filter(({ config }) => Object.hasOwn(names.models, String(config.model))),
  }
}

/** Registry entries without their functions, so that they survive JSON. */
function plainEntries(table: RegistryNames['models']): RegistryNames['models'] {
  return Object.fromEntries(Object.entries(table).map(([name, { summary, defaults }]) => [name, { summary, defaults }]))
}
