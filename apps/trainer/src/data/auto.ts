// The dataset named 'auto': MNIST if it is here or can be had within seconds, else synthetic-digits, and it says which and why.
import { join } from 'node:path'
import { findFile } from './idx-dataset.ts'
import { mnist } from './mnist.ts'

export interface DatasetChoice {
  readonly name: string
  readonly notes: readonly string[]
}

/** The dataset that 'auto' stands for on this machine now, with a note that says why. */
export async function chooseDataset({ dataDir }: { readonly dataDir: string; readonly signal?: AbortSignal | undefined }): Promise<DatasetChoice> {
  const directory = join(dataDir, 'mnist')
  const found = await Promise.all((mnist.files?.list ?? []).map(({ name }) => findFile(directory, name)))
  if (found.every((path) => path !== null)) return { name: 'mnist', notes: [`auto: mnist, found in ${directory}`] }
  return { name: 'synthetic-digits', notes: [`auto: synthetic-digits, because mnist is not in ${directory}`] }
}
