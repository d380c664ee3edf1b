import type { TrainingEvent } from './events.ts'
import { decodeNumber } from './numbers.ts'

export type MetricDirection = 'lower' | 'higher' | 'none'

export interface MetricPoint {
  key: string
  step: number
  epoch: number
  value: number
  /** Milliseconds since the Unix epoch. */
  time: number
}

/** Which way is better, from the last word of the key. */
export function metricDirection(key: string): MetricDirection {
  const word = key.slice(key.lastIndexOf('/') + 1)
  if (/loss|error/.test(word)) return 'lower'
  if (/accuracy|precision|recall|f1|per_second/.test(word)) return 'higher'
  return 'none'
}

/** The metric points an event carries: the one place where events become series, for the database and the page alike. */
export function metricsOfEvent(event: TrainingEvent): MetricPoint[] {
  if (event.type === 'step-completed') {
    const { step, epoch, time } = event
    const at = (key: string, value: number): MetricPoint => ({ key, step, epoch, value, time })
    return [
      at('train/loss', decodeNumber(event.loss)),
      at('train/gradient_norm', decodeNumber(event.gradientNorm)),
      at('train/learning_rate', event.learningRate),
      at('train/examples_per_second', event.examples / (event.durationMs / 1000)),
    ]
  }
  if (event.type === 'epoch-completed') {
    const { step, epoch, time } = event
    const values: Record<string, number> = { 'epoch/loss': decodeNumber(event.loss), 'epoch/examples_per_second': event.examplesPerSecond }
    if (event.validationLoss !== null) values['validation/loss'] = decodeNumber(event.validationLoss)
    for (const [key, value] of Object.entries(event.metrics)) values[key] = decodeNumber(value)
    return Object.entries(values).map(([key, value]) => ({ key, step, epoch, value, time }))
  }
  return []
}
