// What a benchmark says: the lines of `bench --json`, and what the database keeps of it. architecture.md section 9.
import { z } from 'zod'
import { hostFacts } from './events.ts'

const count = z.int().min(0)
const positive = z.number().positive()
const share = z.number().min(0)

/** Parts of the step, as shares of (workers x step time); together 1, but for the clock's grain. */
export const stepShares = z.object({
  /** Forward and backward: what would be left if nothing but arithmetic took time. */
  gradient: share,
  /** Reading parameters and examples. */
  data: share,
  /** At barriers. */
  wait: share,
  /** Adding up the shards' gradients. */
  reduce: share,
  /** The optimizer. */
  update: share,
  /** What no rank accounts for: starting and ending a round, and the clock's calls. */
  other: z.number(),
})

/** One worker count. Rates are medians over the rounds, step times over all steps. */
export const benchResultSchema = z.object({
  type: z.literal('bench-result'),
  workers: z.int().min(1),
  examplesPerSecond: positive,
  /** Median and 95th percentile of the time of a step. */
  stepMs: positive,
  stepMsP95: positive,
  /** The share of the gradient: `shares.gradient`. */
  computeShare: share,
  shares: stepShares,
  /** 10^9 operations a second of the whole step; null where the model does not tell its operations. */
  gflops: positive.nullable(),
  /** Rate against one worker's; null where one worker was not measured. */
  speedup: positive.nullable(),
  /** Speed-up divided by workers. */
  efficiency: positive.nullable(),
  /** Highest resident memory of the process, dataset included. */
  peakMemoryBytes: count,
  /** Per round. */
  roundExamplesPerSecond: z.array(positive).min(1),
  examples: z.int().min(1),
  steps: z.int().min(1),
  /** Sum of the steps' own times, and the time from outside the process between asking for the steps and their answer. */
  insideMs: positive,
  wallMs: positive,
})

/** One kernel in one shard on one thread. */
export const kernelRow = z.object({
  name: z.string(),
  calls: z.number().min(0),
  ms: z.number().min(0),
  /** Of the shard's time. */
  share,
  /** Null for kernels that are no products. */
  gflops: z.number().min(0).nullable(),
  /** Of the roofline. */
  rooflineShare: share.nullable(),
})

/** Where one shard's time goes, and the measured roofline of the same process. */
export const benchKernelsSchema = z.object({
  type: z.literal('bench-kernels'),
  kernels: z.string(),
  /** Examples in the shard. */
  examples: z.int().min(1),
  /** 10^9 operations a second of a register-blocked product in the first-level cache, and the register tile that reached it. */
  rooflineGflops: positive,
  rooflineTile: z.string(),
  /** Median time of a shard without the profile, and with it. */
  shardMs: positive,
  profiledMs: positive,
  /** Most time first. */
  rows: z.array(kernelRow),
  /** Autodiff, dispatch, copies: everything that is in no kernel. */
  outsideMs: z.number(),
})

/** Another program on the same model, measured in the same rounds. */
export const benchPeerSchema = z.object({
  type: z.literal('bench-peer'),
  name: z.string(),
  /** As it says itself; null if it does not. */
  version: z.string().nullable(),
  /** Threads over all its processes. */
  threads: z.int().min(1),
  batchSize: z.int().min(1),
  examplesPerSecond: positive,
  stepMs: positive,
  roundExamplesPerSecond: z.array(positive).min(1),
  /** Our rate with the most workers, and with as many workers as it has threads, divided by its rate. */
  ratio: positive,
  ratioSameThreads: positive.nullable(),
})

/** A peer that is not installed here. */
export const missingPeerSchema = z.object({
  type: z.literal('bench-peer-missing'),
  name: z.string(),
  reason: z.string(),
  remedy: z.string(),
})

/** A line of `bench --json`. */
export const benchLineSchema = z.discriminatedUnion('type', [benchResultSchema, benchKernelsSchema, benchPeerSchema, missingPeerSchema])

/** A benchmark as the database keeps it. */
export const benchmarkSchema = z.object({
  id: z.string().min(1),
  /** Milliseconds since the Unix epoch. */
  createdAt: z.number(),
  host: hostFacts,
  /** The run config behind it, and how it was measured. */
  config: z.object({
    run: z.record(z.string(), z.unknown()),
    dataset: z.string(),
    trainExamples: count,
    workers: z.array(z.int().min(1)),
    secondsPerPoint: positive,
    rounds: z.int().min(1),
    flopsPerExample: positive.nullable(),
    /** Share of the cores that other programs used just before the start. */
    busyBefore: share,
    /** The operating system's load average of the last minute, before and after; after, our own work is part of it. */
    loadBefore: z.number(),
    loadAfter: z.number(),
  }),
  results: z.array(benchResultSchema),
  kernels: benchKernelsSchema.nullable(),
  peers: z.array(benchPeerSchema),
})

export type StepShares = z.infer<typeof stepShares>
export type BenchResult = z.infer<typeof benchResultSchema>
export type KernelRow = z.infer<typeof kernelRow>
export type BenchKernels = z.infer<typeof benchKernelsSchema>
export type BenchPeer = z.infer<typeof benchPeerSchema>
export type MissingPeer = z.infer<typeof missingPeerSchema>
export type BenchLine = z.infer<typeof benchLineSchema>
export type Benchmark = z.infer<typeof benchmarkSchema>
