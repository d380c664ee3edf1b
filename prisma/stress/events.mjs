/** The first event of a run. */
export function startEvent(runId) {
  const config = { model: 'classifier', dataset: 'synthetic-digits', workers: 2, engine: 'wasm', kernels: 'relaxed' }
  const dataset = {
    name: 'synthetic-digits',
    trainExamples: 1,
    validationExamples: 0,
    testExamples: 0,
    classes: [],
    fingerprint: '0'.repeat(64),
  }
  const host = { hostname: 'h', platform: 'p', cpu: 'c', cores: 2, memoryBytes: 1, node: 'v', pid: process.pid, gitCommit: null, argv: [] }
  return {
    ...{ type: 'run-started', runId, attempt: 1, sequence: 1, time: 1, name: runId, config, parameters: 1, workers: 2, engine: 'wasm' },
    ...{ kernels: 'relaxed', dataset, stepsPerEpoch: 600, totalSteps: 1e6, resumedFromStep: null, host },
  }
}

/** One step as a run with two workers reports it: four metric rows. */
export function stepEvent(runId, step) {
  const ranks = [0, 1].map(() => ({ shards: 5, dataMs: 0.1, gradientMs: 2.25, waitMs: 0.2, reduceMs: 0.3, updateMs: 0.1 }))
  return {
    ...{
      type: 'step-completed',
      runId,
      attempt: 1,
      sequence: step + 2,
      time: 1_760_000_000_000 + step * 31,
      step,
      epoch: Math.floor(step / 600),
    },
    ...{
      loss: 1 / (step + 3),
      gradientNorm: Math.sqrt(step) / 3,
      learningRate: 1e-4,
      examples: 100,
      shardsPerRank: [5, 5],
      ranks,
      durationMs: 31,
    },
  }
}
