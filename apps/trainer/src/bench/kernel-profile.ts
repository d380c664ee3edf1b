// The process behind the kernel table: one shard's gradient on one thread, and the roofline of the same process.
import { type KernelSet, type KernelTotals, measureRoofline, profileKernels, type Roofline } from '@lockstep/kernels'
import { initialiseParameters, losses, models } from '@lockstep/models'
import { type BenchKernels, type KernelRow, shardSizeOf } from '@lockstep/shared'
import { loadDataset } from '../data/load-dataset.ts'
import { type Engine, openEngine } from '../engine/index.ts'
import type { BenchJob } from './bench-job.ts'
import { median } from './statistics.ts'

const warmUpMs = 1000
/** Plain shards, profiled shards and the roofline take turns, so that load meanwhile meets all three. */
const turns = 5
const turnMs = 200

type Totals = Map<string, KernelTotals>

async function main({ config, dataDir }: BenchJob): Promise<void> {
  const dataset = await loadDataset({ name: config.dataset, dataDir, limit: config.limit })
  const model = models[config.model as keyof typeof models]
  const { input, train } = dataset
  const engine = await openEngine('wasm', {
    model,
    loss: losses[config.loss as keyof typeof losses],
    image: input,
    classes: input.classes,
    kernels: config.kernels,
  })
  const examples = Math.min(shardSizeOf(config), train.count)
  const parameters = initialiseParameters(model.parameters(input), config.seed)
  engine.loadParameters(parameters)
  engine.loadBatch(train, { first: 0, count: examples })
  const line = await profile(engine, parameters.length, config.kernels)
  process.stdout.write(`${JSON.stringify({ type: 'bench-kernels', kernels: engine.kernels, examples, ...line })}\n`)
  engine.close()
}

async function profile(engine: Engine, length: number, set: KernelSet): Promise<Omit<BenchKernels, 'type' | 'kernels' | 'examples'>> {
  const gradient = new Float32Array(length)
  const shard = () => void engine.computeGradient(gradient)
  timesOf(shard, warmUpMs)
  const plain: number[] = []
  const profiled: number[] = []
  const totals: Totals[] = []
  const rooflines: Roofline[] = []
  for (let turn = 0; turn < turns; turn++) {
    plain.push(...timesOf(shard, turnMs))
    const kernels = profileKernels()
    profiled.push(...timesOf(shard, turnMs, () => totals.push(kernels.take())))
    kernels.stop()
    rooflines.push(await measureRoofline(set, turnMs))
  }
  const { gflops, tile } = rooflines.reduce((best, next) => (next.gflops > best.gflops ? next : best))
  const profiledMs = median(profiled)
  const rows = rowsOf(totals, profiledMs, gflops)
  const outsideMs = profiledMs - rows.reduce((sum, { ms }) => sum + ms, 0)
  return { rooflineGflops: gflops, rooflineTile: tile, shardMs: median(plain), profiledMs, rows, outsideMs }
}

/** Runs `work` for so many milliseconds, at least once; `after` is not in the times. */
function timesOf(work: () => void, milliseconds: number, after: () => void = () => undefined): number[] {
  const times: number[] = []
  const start = performance.now()
  do {
    const before = performance.now()
    work()
    times.push(performance.now() - before)
    after()
  } while (performance.now() - start < milliseconds)
  return times
}

/** A row per kernel, with the median over the shards of its time in one. */
function rowsOf(totals: readonly Totals[], profiledMs: number, rooflineGflops: number): KernelRow[] {
  const rows = [...totals[0]].map(([name, { calls, flops }]): KernelRow => {
    const ms = median(totals.map((ofShard) => ofShard.get(name)?.ms ?? 0))
    const gflops = flops > 0 && ms > 0 ? flops / ms / 1e6 : null
    return { name, calls, ms, share: ms / profiledMs, gflops, rooflineShare: gflops === null ? null : gflops / rooflineGflops }
  })
  return rows.sort((a, b) => b.ms - a.ms)
}

await main(JSON.parse(process.argv[2]) as BenchJob)
