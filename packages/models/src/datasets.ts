// What is known of a dataset before any file is read; the loaders are the trainer's.
import type { NamedEntry } from '@lockstep/shared'
import type { InputSpec } from './model.ts'

export interface DatasetDescription extends NamedEntry {
  readonly input: InputSpec
  /** Names of the classes, in the order of their indexes. */
  readonly labels: readonly string[]
  readonly trainExamples: number
  readonly testExamples: number
}

const picture = { height: 28, width: 28, channels: 1, classes: 10 }
const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
const clothes = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot']
const counts = { trainExamples: 60_000, testExamples: 10_000 }

export const datasets = {
  auto: { summary: 'mnist where it is or can be fetched within seconds, else synthetic-digits', input: picture, labels: digits, ...counts },
  mnist: { summary: 'handwritten digits', input: picture, labels: digits, ...counts },
  'fashion-mnist': { summary: 'pieces of clothing', input: picture, labels: clothes, ...counts },
  'synthetic-digits': { summary: 'digits drawn by the program, no download', input: picture, labels: digits, ...counts },
} as const satisfies Record<string, DatasetDescription>
