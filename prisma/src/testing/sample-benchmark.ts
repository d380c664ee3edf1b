import type { Benchmark, BenchResult } from '@lockstep/shared'

/** A benchmark of one and two workers, with a kernel table and one peer. */
export function sampleBenchmark(id: string, createdAt = 1_760_000_000_000.5): Benchmark {
  return {
    id,
    createdAt,
    host: {
      ...{ hostname: 'box', platform: 'linux', cpu: 'some cpu', cores: 2, memoryBytes: 17_179_869_184, node: 'v20.20.2', pid: 4242 },
      ...{ gitCommit: null, argv: ['bench'] },
    },
    config: {
      run: { model: 'classifier', kernels: 'relaxed', limit: null },
      ...{ dataset: 'synthetic-digits', trainExamples: 6000, workers: [1, 2], secondsPerPoint: 10, rounds: 5 },
      ...{ flopsPerExample: 13_895_616, busyBefore: 0.01, loadBefore: 0.25, loadAfter: 1.5 },
    },
    results: [result(1, 2000, null), result(2, 3900, 1.95)],
    kernels: {
      ...{ type: 'bench-kernels', kernels: 'relaxed', examples: 10, rooflineGflops: 57.1, rooflineTile: '4x8', shardMs: 4.4 },
      ...{ profiledMs: 4.5, outsideMs: 3.54 },
      rows: [{ name: 'Conv2D', calls: 2, ms: 0.96, share: 0.21, gflops: 23.5, rooflineShare: 0.41 }],
    },
    peers: [
      {
        ...{ type: 'bench-peer', name: 'PyTorch', version: '1.13.0', threads: 1, batchSize: 100, examplesPerSecond: 900, stepMs: 111.1 },
        ...{ roundExamplesPerSecond: [900], ratio: 4.33, ratioSameThreads: 2.22 },
      },
    ],
  }
}

function result(workers: number, examplesPerSecond: number, speedup: number | null): BenchResult {
  return {
    ...{ type: 'bench-result', workers, examplesPerSecond, stepMs: 1e5 / examplesPerSecond, stepMsP95: 1.1e5 / examplesPerSecond },
    ...{ computeShare: 0.95, shares: { gradient: 0.95, data: 0.01, wait: 0.01, reduce: 0.01, update: 0.01, other: 0.01 } },
    ...{ gflops: 27.8, speedup, efficiency: speedup === null ? null : speedup / workers, peakMemoryBytes: 300_000_000 },
    ...{ roundExamplesPerSecond: [examplesPerSecond], examples: 1000, steps: 10, insideMs: 500, wallMs: 501 },
  }
}
