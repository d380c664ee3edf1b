import { expect, test } from 'vitest'
import { type EventBody, trainingEventSchema } from './events.ts'
import { drawRunId, runIdPattern } from './run-id.ts'
import { earlierImagesKept, foldEvent, type RunView } from './run-view.ts'

const stepsPerEpoch = 10
const hash = '0'.repeat(64)

/** Folds the bodies over an empty view, or over the view given. */
function fold(bodies: readonly EventBody[], view: RunView = emptyView()): RunView {
  return bodies.reduce((folded, body) => {
    const sequence = folded.run.lastSequence + 1
    return foldEvent(folded, trainingEventSchema.parse({ ...body, runId: 'run', attempt: 1, sequence, time: sequence }))
  }, view)
}

function emptyView(): RunView {
  const names = { id: 'run', name: 'run', model: 'm', dataset: 'd', engine: 'wasm', kernels: 'simd' }
  const times = { createdAt: 0, startedAt: null, endedAt: null, heartbeatAt: null }
  const counts = { attempt: 0, workers: 1, step: 0, totalSteps: 0, stepsPerEpoch, lastSequence: 0 }
  return {
    run: { ...names, ...times, ...counts, state: 'queued', config: {}, loss: null, examplesPerSecond: null, error: null },
    ...{ host: null, datasetFacts: null, parameters: null, resumedFromStep: null, series: {}, epochs: [], checkpoints: [] },
    ...{ confusionMatrices: [], images: [], warnings: [], lastSteps: [], result: null },
  }
}

function started(resumedFromStep: number | null): EventBody {
  const host = { hostname: 'box', platform: 'linux', cpu: 'cpu', cores: 1, memoryBytes: 1, node: 'v20', pid: 1, gitCommit: null, argv: [] }
  const dataset = { name: 'd', trainExamples: 1, validationExamples: 0, testExamples: 0, classes: [], fingerprint: hash }
  return {
    ...{ type: 'run-started', name: 'run', config: {}, parameters: 1, workers: 1, engine: 'wasm', kernels: 'simd' },
    ...{ dataset, stepsPerEpoch, totalSteps: 40, resumedFromStep, host },
  }
}

/** What an epoch leaves: its row, a matrix and a picture, all at its last step. */
function epochEnd(epoch: number, mark = 0): EventBody[] {
  const at = { epoch, step: (epoch + 1) * stepsPerEpoch - 1 }
  const hashes = { parametersSha256: hash }
  return [
    {
      type: 'epoch-completed',
      ...at,
      loss: mark,
      validationLoss: null,
      metrics: {},
      examplesPerSecond: 1,
      durationMs: 1,
      ...hashes,
    },
    { type: 'confusion-matrix', split: 'test', ...at, labels: ['0'], counts: [[mark]] },
    { type: 'image-recorded', key: 'reconstruction', ...at, width: 1, height: 1, pixels: String(mark) },
  ]
}

const stepsOf = (rows: readonly { step: number }[]): number[] => rows.map(({ step }) => step)

test('a resume takes back the epochs, matrices and pictures that it computes again', () => {
  const first = fold([started(null), ...epochEnd(0), ...epochEnd(1), ...epochEnd(2)])
  const resumed = fold([started(20)], first)
  for (const rows of [resumed.epochs, resumed.confusionMatrices, resumed.images]) expect(stepsOf(rows)).toEqual([9, 19])
  const again = fold(epochEnd(2, 7), resumed)
  for (const rows of [again.epochs, again.confusionMatrices, again.images]) expect(stepsOf(rows)).toEqual([9, 19, 29])
  expect(again.epochs[2].loss).toBe(7)
})

test('a matrix or picture of the same step takes the place of the old one', () => {
  const view = fold([started(null), ...epochEnd(0), ...epochEnd(0, 7)])
  expect(view.confusionMatrices.map(({ counts }) => counts)).toEqual([[[7]]])
  expect(view.images.map(({ pixels }) => pixels)).toEqual(['7'])
})

test.each([9, 10, 40, 200])('of %i pictures the first, the newest and seven evenly spaced ones between are kept', (epochs) => {
  const bodies = Array.from({ length: epochs }, (_, epoch) => epochEnd(epoch)).flat()
  const kept = fold([started(null), ...bodies]).images.map(({ epoch }) => epoch)
  expect(kept).toHaveLength(earlierImagesKept + 1)
  expect([kept[0], kept.at(-1)]).toEqual([0, epochs - 1])
  const gaps = kept.slice(1, -1).map((epoch, index) => epoch - kept[index])
  expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * Math.min(...gaps))
})

test('pictures of one key do not push out those of another', () => {
  const other: EventBody = { type: 'image-recorded', key: 'other', epoch: 0, step: 9, width: 1, height: 1, pixels: 'x' }
  const bodies = Array.from({ length: 30 }, (_, epoch) => epochEnd(epoch)).flat()
  expect(fold([started(null), other, ...bodies]).images.filter(({ key }) => key === 'other')).toHaveLength(1)
})

test('run ids match their pattern and no two are alike', () => {
  const ids = Array.from({ length: 1000 }, drawRunId)
  expect(ids.filter((id) => !runIdPattern.test(id))).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
  for (const bad of ['../../etc', '', 'abcdefghij/', 'ABCDEFGHIJ', '--help----', 'abcdefghij\n']) expect(bad).not.toMatch(runIdPattern)
})
