import type { datasets } from '@lockstep/models'
import { unknownName } from '@lockstep/shared'
import type { DatasetSource } from './dataset.ts'
import { fashionMnist } from './fashion-mnist.ts'
import { mnist } from './mnist.ts'
import { syntheticDigits } from './synthetic/synthetic-digits.ts'

/** Every dataset the trainer can read, by name. To add one: a file that builds a DatasetSource, and its line here. */
export const datasetSources = {
  mnist,
  'fashion-mnist': fashionMnist,
  'synthetic-digits': syntheticDigits,
} as const satisfies Record<Exclude<keyof typeof datasets, 'auto'>, DatasetSource>

/** The registry's entry of that name; a UserError with the known names if there is none. */
export function findDataset(name: string): DatasetSource {
  const sources: Readonly<Record<string, DatasetSource>> = datasetSources
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined
  if (source === undefined) throw unknownName('dataset', [...Object.keys(sources), 'auto'], name)
  return source
}
