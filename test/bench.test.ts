// `lockstep bench`, the real command: its figures agree with each other and with a clock outside, and are kept.
import { join } from 'node:path'
import { registryNames } from '@lockstep/models'
import { openDatabase } from '@lockstep/prisma'
import { type BenchLine, benchLineSchema, benchmarkSchema, parseRunConfig } from '@lockstep/shared'
import { type Peer, runBenchmark } from '@lockstep/trainer'
import { beforeAll, expect, test } from 'vitest'
import { peers } from '../bench/peers/index.mjs'
import { runLockstep } from './support/processes.ts'
import { makeTempDir } from './support/temp-dir.ts'

const timeout = 120_000
/** The command's own figure is 0.3-0.5 %; tests share their cores, and whoever answers may have to wait for one. */
const wallTolerance = 0.15
/** Rates are medians over rounds, totals are not: rounds on a shared machine differ. */
const totalTolerance = 0.5

const size = { seconds: 1, rounds: 2, examples: 200, batch: 50 }
const tiny = ['bench', '--model', 'softmax-regression', '--loss', 'softmax-cross-entropy', '--limit', String(size.examples)]
const quick = ['--batch-size', String(size.batch), '--seconds', String(size.seconds), '--rounds', String(size.rounds)]

const ofType = <T extends BenchLine['type']>(lines: readonly BenchLine[], type: T) =>
  lines.filter((line): line is Extract<BenchLine, { type: T }> => line.type === type)

let lines: BenchLine[]
let run: Awaited<ReturnType<typeof runLockstep>>
let elapsedMs: number
const runsDir = makeTempDir('bench')

beforeAll(async () => {
  const start = performance.now()
  run = await runLockstep([...tiny, ...quick, '--workers', '1,2', '--json', '--runs-dir', runsDir], { env: { DATABASE_URL: undefined } })
  elapsedMs = performance.now() - start
  lines = run.events.map((line) => benchLineSchema.parse(line))
}, timeout)

test('with --json stdout holds a bench-result for each worker count and one bench-kernels, nothing else', () => {
  expect([run.code, run.lines]).toEqual([0, []])
  expect(lines.map((line) => (line.type === 'bench-result' ? line.workers : line.type))).toEqual([1, 2, 'bench-kernels'])
})

test('rate, step time, operations and speed-up of a result agree with each other', () => {
  const results = ofType(lines, 'bench-result')
  const [one] = results
  // A multiplication and an addition each, forward and for the weights' gradient; nothing asks for the pictures' gradient.
  const flops = 2 * 2 * 784 * 10
  for (const result of results) {
    expect(result.gflops).toBeCloseTo((result.examplesPerSecond * flops) / 1e9, 9)
    expect(result.speedup).toBeCloseTo(result.examplesPerSecond / one.examplesPerSecond, 9)
    expect(result.efficiency).toBeCloseTo(result.examplesPerSecond / one.examplesPerSecond / result.workers, 9)
    expect(result.examples).toBe(result.steps * size.batch)
    expect(result.roundExamplesPerSecond).toHaveLength(size.rounds)
    expect(result.stepMsP95).toBeGreaterThanOrEqual(result.stepMs)
    const total = (1000 * result.examples) / result.insideMs
    expect(Math.abs(result.examplesPerSecond / total - 1)).toBeLessThan(totalTolerance)
    expect(Object.values(result.shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6)
  }
})

test('the steps of a result took as long as a clock outside its process says', () => {
  for (const { insideMs, wallMs } of ofType(lines, 'bench-result')) {
    expect(wallMs).toBeGreaterThan(insideMs)
    expect(wallMs / insideMs - 1).toBeLessThan(wallTolerance)
  }
  const measuredMs = ofType(lines, 'bench-result').reduce((sum, { wallMs }) => sum + wallMs, 0)
  expect(measuredMs).toBeLessThan(elapsedMs)
})

test('memory is that of a process that trains, not of the command that asks', () => {
  for (const { peakMemoryBytes } of ofType(lines, 'bench-result')) {
    expect(peakMemoryBytes).toBeGreaterThan(50e6)
    expect(peakMemoryBytes).toBeLessThan(2e9)
  }
})

test('the kernels of a shard add up to its time, and none is faster than the roofline', () => {
  const [profile] = ofType(lines, 'bench-kernels')
  expect(profile.examples).toBe(size.batch / 10)
  expect(profile.rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['Dense', 'BatchMatMul', 'Sum']))
  const kernelsMs = profile.rows.reduce((sum, { ms }) => sum + ms, 0)
  expect(kernelsMs + profile.outsideMs).toBeCloseTo(profile.profiledMs, 6)
  expect(kernelsMs).toBeLessThan(profile.profiledMs)
  for (const { gflops, rooflineShare } of profile.rows) {
    if (gflops === null || rooflineShare === null) continue
    expect(rooflineShare).toBeCloseTo(gflops / profile.rooflineGflops, 9)
    expect(rooflineShare).toBeLessThan(1)
  }
  expect(profile.rows.map(({ ms }) => ms)).toEqual(profile.rows.map(({ ms }) => ms).sort((a, b) => b - a))
})

test('the benchmark is in the database as it was printed', async () => {
  const database = await openDatabase({ url: `file:${join(runsDir, 'lockstep.db')}` })
  const benchmarks = await database.listBenchmarks()
  await database.close()
  expect(benchmarks).toHaveLength(1)
  const [benchmark] = benchmarks.map((one) => benchmarkSchema.parse(one))
  expect([...benchmark.results, benchmark.kernels]).toEqual(lines)
  expect(benchmark.config).toMatchObject({ workers: [1, 2], rounds: size.rounds, dataset: 'synthetic-digits', flopsPerExample: 31_360 })
  expect(benchmark.host.argv).toContain('--json')
})

test('people get tables on stdout and progress on stderr', { timeout }, async () => {
  const { code, lines: text, stderr } = await runLockstep([...tiny, ...quick, '--workers', '2', '--runs-dir', runsDir])
  expect(code).toBe(0)
  const table = text.join('\n')
  expect(table).toMatch(/^workers +images\/s +step ms +95 % +speed-up +efficiency +GFLOP\/s +memory$/m)
  expect(table).toMatch(/^2 +[\d,]+ +█+ .* - +- .* MB$/m)
  expect(table).toMatch(/^workers +gradient +data +wait +reduce +update +other$/m)
  expect(table).toMatch(/wall time from outside: [+-]\d+\.\d %/)
  expect(table).toMatch(/^Dense +1 /m)
  expect(stderr).toMatch(/ 100 % {2}/)
  expect(stderr).toMatch(/ left$/m)
})

test('the help names every option of the measurement and the default worker counts', async () => {
  const { code, lines: text } = await runLockstep(['bench', '--help'])
  expect(code).toBe(0)
  const help = text.join('\n')
  for (const option of ['--workers', '--model', '--batch-size', '--kernels', '--seconds', '--rounds', '--dataset', '--json'])
    expect(help).toContain(option)
  expect(help).toMatch(/--workers <list> +worker counts, joined by commas \(default: 1/)
  expect(help).toMatch(/--dataset <name>[^(]*\(default: synthetic-digits\)/)
})

test.each([
  [['--workers', '0'], /^lockstep: --workers: must be different whole numbers from 1 to 64, joined by commas, got "0"/],
  [['--workers', '1,1'], /^lockstep: --workers: .*got "1,1"/],
  [['--seconds', '-1'], /^lockstep: --seconds: must be a number above 0, got "-1"/],
  [['--rounds', '1.5'], /^lockstep: --rounds: must be a whole number, got "1.5"/],
])('%s is refused with exit code 2', async (args, says) => {
  const { code, stderr } = await runLockstep(['bench', ...args])
  expect(stderr).toMatch(says)
  expect(code).toBe(2)
})

const small = {
  config: parseRunConfig(registryNames, { dataset: 'synthetic-digits', limit: 8, batchSize: 4, shardSize: 2 }),
  workers: [1],
  secondsPerPoint: 0.2,
  rounds: 2,
  dataDir: '/nonexistent',
  kernelTable: false,
}

/** A peer whose steps take 50 ms by its own clock, however long they really last. */
function clockwork(script: string): Peer {
  return { name: 'clockwork', threads: 1, remedy: 'none', findProblem: async () => null, command: () => [process.execPath, '-e', script] }
}
const answersSteps = `
  console.log('{"ready":true,"version":"1.2"}')
  require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { steps } = JSON.parse(line)
    console.log(JSON.stringify({ examples: steps * 4, stepMs: Array(steps).fill(50) }))
  })`

test('a peer is measured in the same rounds by its own count; one that fails at its start is listed with what it said', {
  timeout,
}, async () => {
  const failing = { ...clockwork('console.error("no such library"); process.exit(3)'), name: 'failing', remedy: 'install it' }
  const { benchmark, missing } = await runBenchmark({ ...small, peers: [failing, clockwork(answersSteps)] })
  const [peer, ...more] = benchmark.peers
  expect(more).toEqual([])
  expect(peer).toMatchObject({ name: 'clockwork', version: '1.2', threads: 1, batchSize: 4, stepMs: 50 })
  expect(peer.examplesPerSecond).toBeCloseTo(80, 6)
  expect(peer.ratio).toBeCloseTo(benchmark.results[0].examplesPerSecond / 80, 6)
  expect(peer.roundExamplesPerSecond).toHaveLength(small.rounds)
  expect(missing).toEqual([
    { type: 'bench-peer-missing', name: 'failing', reason: expect.stringContaining('no such library'), remedy: 'install it' },
  ])
  expect(benchmark.kernels).toBeNull()
})

test('a peer that dies in a round ends the benchmark with its name and what it said', { timeout }, async () => {
  const dying = clockwork(
    `console.log('{"ready":true}'); process.stdin.once('data', () => { console.error('out of luck'); process.exit(1) })`,
  )
  await expect(runBenchmark({ ...small, peers: [dying] })).rejects.toThrow(
    /^clockwork: must answer, got its end; it last said: out of luck$/,
  )
})

test('every peer of npm run bench trains here or says why not and how to install it', { timeout }, async () => {
  const { benchmark, missing } = await runBenchmark({ ...small, peers: peers as Peer[] })
  const names = [...benchmark.peers, ...missing].map(({ name }) => name)
  expect(names.sort()).toEqual(['PyTorch', 'PyTorch DDP', 'TensorFlow.js cpu', 'TensorFlow.js node'])
  expect(benchmark.peers.map(({ name }) => name)).toContain('TensorFlow.js cpu')
  for (const peer of benchmark.peers) expect(peer.ratio).toBeGreaterThan(0)
  for (const { reason, remedy } of missing) {
    expect(reason.length).toBeGreaterThan(10)
    expect(remedy).toMatch(/install/)
  }
})

test('peers refuse a model that they do not know', async () => {
  const job = { model: 'softmax-regression', imagesPath: '/nonexistent', examples: 8, batchSize: 4, learningRate: 1e-4 }
  for (const peer of peers as Peer[]) expect(await peer.findProblem(job)).toBe('trains conv-autoencoder only, got softmax-regression')
})
