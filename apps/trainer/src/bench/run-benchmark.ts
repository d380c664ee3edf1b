// One benchmark: our gang at each worker count, and peers if there are any, in the same rounds; then the kernel table.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { flopsPerExample } from '@lockstep/models'
import {
  type BenchKernels,
  type Benchmark,
  benchmarkSchema,
  drawRunId,
  type MissingPeer,
  messageOf,
  type RunConfig,
} from '@lockstep/shared'
import type { LoadedDataset } from '../data/dataset.ts'
import { loadDataset } from '../data/load-dataset.ts'
import { readHostFacts } from '../training/host.ts'
import { planRun } from '../training/run-plan.ts'
import { commandOf } from './bench-job.ts'
import { Contestant } from './contestant.ts'
import { measureBusyShare } from './machine-load.ts'
import type { Peer, PeerJob } from './peer.ts'
import { peerResultOf, resultsOf } from './results.ts'
import { measureInRounds } from './rounds.ts'

export interface BenchmarkRequest {
  /** Its worker count is not used. */
  config: RunConfig
  workers: readonly number[]
  secondsPerPoint: number
  rounds: number
  dataDir: string
  peers?: readonly Peer[]
  /** False leaves the kernel table out, which takes some five seconds. */
  kernelTable?: boolean
  /** Command line to record. */
  argv?: readonly string[]
  /** What is being done, and the share of all of it that is done. */
  onProgress?: (doing: string, share: number) => void
}

export interface BenchmarkReport {
  benchmark: Benchmark
  /** Peers that are not installed, or that failed. */
  missing: MissingPeer[]
}

interface OpenPeer {
  peer: Peer
  contestant: Contestant
  batchSize: number
}

/** Measures and returns; keeps nothing. Throws UserError where config and data do not fit together. */
export async function runBenchmark(request: BenchmarkRequest): Promise<BenchmarkReport> {
  const { config, workers, secondsPerPoint, rounds, dataDir, kernelTable = true, argv = [], onProgress = () => undefined } = request
  const loadBefore = loadavg()[0]
  const busyBefore = await measureBusyShare()
  const dataset = await loadDataset({ name: config.dataset, dataDir, limit: config.limit })
  // `auto` is settled once, so that all processes train on the same data.
  const settled = { ...config, dataset: dataset.name }
  const plan = planRun({ ...settled, workers: 1 }, dataset)
  const flops = flopsPerExample(plan.specs)
  const { points, peers, missing } = await measure({ ...request, config: settled, onProgress }, dataset)
  onProgress(kernelTable ? 'kernels' : 'done', 1)
  const kernels = kernelTable && config.engine === 'wasm' ? await profileKernelsApart(settled, dataDir) : null
  const results = resultsOf(points, flops)
  const benchmark = benchmarkSchema.parse({
    id: drawRunId(),
    createdAt: Date.now(),
    host: await readHostFacts(argv),
    config: {
      run: settled,
      dataset: dataset.name,
      trainExamples: plan.steps.trainExamples,
      workers: [...workers],
      secondsPerPoint,
      rounds,
      flopsPerExample: flops,
      busyBefore,
      loadBefore,
      loadAfter: loadavg()[0],
    },
    results,
    kernels,
    peers: peers.map((peer) => peerResultOf(peer, results)),
  })
  return { benchmark, missing }
}

type Measurement = BenchmarkRequest & Required<Pick<BenchmarkRequest, 'onProgress'>>

async function measure(request: Measurement, dataset: LoadedDataset) {
  const { config, workers, secondsPerPoint, rounds, dataDir, peers = [], onProgress } = request
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  const open: Contestant[] = []
  const missing: MissingPeer[] = []
  try {
    for (const count of workers) {
      onProgress(`starting ${nameOf(count)}`, 0)
      open.push(
        await Contestant.open({
          name: nameOf(count),
          command: commandOf('gang-contestant', { config: { ...config, workers: count }, dataDir }),
        }),
      )
    }
    const job = peers.length === 0 ? null : await writeJob(folder, config, dataset)
    const openPeers: OpenPeer[] = []
    for (const peer of job === null ? [] : peers) {
      onProgress(`starting ${peer.name}`, 0)
      const opened = await openPeer(peer, { ...(job as PeerJob), batchSize: peer.batchSize ?? config.batchSize })
      if ('reason' in opened) missing.push(opened)
      else openPeers.push(opened)
    }
    open.push(...openPeers.map(({ contestant }) => contestant))
    const answers = await measureInRounds(open, { secondsPerPoint, rounds, onTurn: (name, done, turns) => onProgress(name, done / turns) })
    return {
      points: workers.map((count, index) => ({ workers: count, answers: answers[index] })),
      peers: openPeers.map(({ peer: { name, threads }, contestant: { version }, batchSize }, index) => ({
        name,
        version,
        threads,
        batchSize,
        answers: answers[workers.length + index],
      })),
      missing,
    }
  } finally {
    await Promise.all(open.map((contestant) => contestant.close()))
    await rm(folder, { recursive: true, force: true })
  }
}

function nameOf(workers: number): string {
  return workers === 1 ? '1 worker' : `${workers} workers`
}

async function writeJob(folder: string, config: RunConfig, { train }: LoadedDataset): Promise<PeerJob> {
  const imagesPath = join(folder, 'images.u8')
  await writeFile(imagesPath, train.images)
  return { model: config.model, imagesPath, examples: train.count, batchSize: config.batchSize, learningRate: config.learningRate }
}

async function openPeer(peer: Peer, job: PeerJob): Promise<OpenPeer | MissingPeer> {
  const absent = (reason: string): MissingPeer => ({ type: 'bench-peer-missing', name: peer.name, reason, remedy: peer.remedy })
  const problem = await peer.findProblem(job)
  if (problem !== null) return absent(problem)
  try {
    return { peer, batchSize: job.batchSize, contestant: await Contestant.open({ name: peer.name, command: peer.command(job) }) }
  } catch (error) {
    return absent(messageOf(error))
  }
}

/** In a process of its own, once all others are gone. */
async function profileKernelsApart(config: RunConfig, dataDir: string): Promise<BenchKernels> {
  const [program, ...args] = commandOf('kernel-profile', { config: { ...config, workers: 1 }, dataDir })
  const { stdout } = await promisify(execFile)(program, args)
  return JSON.parse(stdout) as BenchKernels
}
