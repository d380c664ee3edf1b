import type { DatasetDescription } from './dataset.ts'

const input = { height: 28, width: 28, channels: 1, classes: 10 }
const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
const clothes = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot']
const counts = { trainExamples: 60_000, testExamples: 10_000 }

export const descriptions = {
  mnist: { input, labels: digits, ...counts },
  'fashion-mnist': { input, labels: clothes, ...counts },
  'synthetic-digits': { input, labels: digits, ...counts },
} as const satisfies Record<string, DatasetDescription>
