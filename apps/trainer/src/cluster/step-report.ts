import type { RankTimes } from '@lockstep/shared'
import { rankField, recordField, recordLength, recordRing, type SharedState } from './layout.ts'

/** What the gang tells of a committed step. Times in milliseconds. */
export interface StepReport {
  step: number
  loss: number
  gradientNorm: number
  learningRate: number
  examples: number
  durationMs: number
  ranks: RankTimes[]
}

/** Reads the record of a committed step that the ring still holds. */
export function readRecord({ records, sizes }: SharedState, step: number): StepReport {
  const at = (step % recordRing) * recordLength(sizes.workers)
  return {
    step: records[at + recordField.step],
    loss: records[at + recordField.loss],
    gradientNorm: records[at + recordField.gradientNorm],
    learningRate: records[at + recordField.learningRate],
    examples: records[at + recordField.examples],
    durationMs: records[at + recordField.durationMs],
    ranks: Array.from({ length: sizes.workers }, (_, rank) => readRank(records, at + recordField.perStep + rank * rankField.perRank)),
  }
}

function readRank(records: Float64Array, at: number): RankTimes {
  return {
    shards: records[at + rankField.shards],
    dataMs: records[at + rankField.dataMs],
    gradientMs: records[at + rankField.gradientMs],
    waitMs: records[at + rankField.waitMs],
    reduceMs: records[at + rankField.reduceMs],
    updateMs: records[at + rankField.updateMs],
  }
}
