// From what contestants answered to what is shown, sent and kept.
import type { BenchPeer, BenchResult } from '@lockstep/shared'
import type { Answer } from './contestant.ts'
import { median, quantile, sumOf } from './statistics.ts'

const phases = ['gradient', 'data', 'wait', 'reduce', 'update'] as const

/** The results of all worker counts; the speed-up is against the entry with one worker, if there is one. */
export function resultsOf(
  points: readonly { workers: number; answers: readonly Answer[] }[],
  flopsPerExample: number | null,
): BenchResult[] {
  const single = points.find(({ workers }) => workers === 1)
  const singleRate = single === undefined ? null : median(roundRates(single.answers))
  return points.map(({ workers, answers }) => {
    const rates = roundRates(answers)
    const examplesPerSecond = median(rates)
    const stepMs = answers.flatMap((answer) => answer.stepMs)
    const insideMs = sumOf(stepMs)
    const shares = sharesOf(answers, workers * insideMs)
    const speedup = singleRate === null ? null : examplesPerSecond / singleRate
    return {
      type: 'bench-result',
      workers,
      examplesPerSecond,
      stepMs: median(stepMs),
      stepMsP95: quantile(stepMs, 0.95),
      computeShare: shares.gradient,
      shares,
      gflops: flopsPerExample === null ? null : (examplesPerSecond * flopsPerExample) / 1e9,
      speedup,
      efficiency: speedup === null ? null : speedup / workers,
      peakMemoryBytes: Math.max(...answers.map(({ peakMemoryBytes = 0 }) => peakMemoryBytes)),
      roundExamplesPerSecond: rates,
      examples: sumOf(answers.map(({ examples }) => examples)),
      steps: stepMs.length,
      insideMs,
      wallMs: sumOf(answers.map(({ wallMs }) => wallMs)),
    }
  })
}

export interface PeerAnswers {
  name: string
  version: string | null
  threads: number
  batchSize: number
  answers: readonly Answer[]
}

/** A peer beside our results of the same rounds. */
export function peerResultOf({ name, version, threads, batchSize, answers }: PeerAnswers, ours: readonly BenchResult[]): BenchPeer {
  const rates = roundRates(answers)
  const examplesPerSecond = median(rates)
  const same = ours.find(({ workers }) => workers === threads)
  return {
    type: 'bench-peer',
    name,
    version,
    threads,
    batchSize,
    examplesPerSecond,
    stepMs: median(answers.flatMap((answer) => answer.stepMs)),
    roundExamplesPerSecond: rates,
    ratio: mostWorkers(ours).examplesPerSecond / examplesPerSecond,
    ratioSameThreads: same === undefined ? null : same.examplesPerSecond / examplesPerSecond,
  }
}

/** The result with the most workers. */
export function mostWorkers(results: readonly BenchResult[]): BenchResult {
  return results.reduce((most, next) => (next.workers > most.workers ? next : most))
}

/** How much longer the outside saw the steps take than their own times add up to, as a share. */
export function wallDifference({ insideMs, wallMs }: Pick<BenchResult, 'insideMs' | 'wallMs'>): number {
  return wallMs / insideMs - 1
}

function roundRates(answers: readonly Answer[]): number[] {
  return answers.map(({ examples, stepMs }) => (1000 * examples) / sumOf(stepMs))
}

function sharesOf(answers: readonly Answer[], rankMs: number): BenchResult['shares'] {
  const [gradient, data, wait, reduce, update] = phases.map(
    (phase) => sumOf(answers.map(({ phasesMs }) => phasesMs?.[phase] ?? 0)) / rankMs,
  )
  return { gradient, data, wait, reduce, update, other: 1 - (gradient + data + wait + reduce + update) }
}
