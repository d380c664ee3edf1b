import { availableParallelism } from 'node:os'
import { registryNames } from '@lockstep/models'
import { maxWorkers, parseRunConfig, type RunConfig, UserError } from '@lockstep/shared'
import { type Command, Option } from 'commander'
import type { Peer } from '../bench/peer.ts'
import { createProgress } from '../bench/progress.ts'
import { benchmarkReport } from '../bench/report.ts'
import { runBenchmark } from '../bench/run-benchmark.ts'
import { type PlaceOptions, readPlaces } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import { addConfigOptions, givenConfig } from './options.ts'
import { addPlaceOptions } from './place-options.ts'
import { withDatabase } from './run-training.ts'

interface BenchFlags extends PlaceOptions {
  workers?: number[]
  seconds: number
  rounds: number
  json?: boolean
}

/** The config fields that matter to speed. */
const configFields = ['model', 'loss', 'dataset', 'limit', 'batchSize', 'optimizer', 'shardSize', 'engine', 'kernels', 'seed']
const defaultDataset = 'synthetic-digits'
/** Examples in use unless --limit says otherwise: more change nothing but the start-up and the dataset's memory. */
const defaultExamples = 6000
/** Up to here every worker count is measured, beyond it powers of two and the number of cores. */
const everyCountUpTo = 8

const examples = `
Worker counts take turns in rounds; rates are medians over the rounds. Results are kept in the database.

Examples:
  $ lockstep bench                                   every worker count up to the number of cores
  $ lockstep bench --workers 1,2 --seconds 30        longer, for figures to write down
  $ lockstep bench --dataset mnist --limit 60000     with all of MNIST in memory
  $ lockstep bench --json | jq 'select(.type == "bench-result") | .examplesPerSecond'`

export function addBenchCommand(
  program: Command,
  setExitCode: (code: number) => void,
  { peers = [] }: { peers?: readonly Peer[] } = {},
): void {
  const command = program
    .command('bench')
    .summary('measure speed, scaling and where the time goes')
    .description('Trains through the real gang of workers and measures examples/s, the parts of a step, scaling, memory and each kernel.')
    .addOption(
      new Option('--workers <list>', `worker counts, joined by commas (default: ${defaultWorkers().join(',')})`).argParser(parseWorkers),
    )
    .addOption(new Option('--seconds <x>', 'measured time of each worker count').argParser(positiveNumber('--seconds')).default(10))
    .addOption(new Option('--rounds <n>', 'turns that this time is split into').argParser(wholeNumber('--rounds')).default(5))
    .option('--json', 'one JSON object a line on stdout: bench-result for each worker count, bench-kernels for the kernels')
  addConfigOptions(command, { only: configFields, defaults: { dataset: defaultDataset, limit: defaultExamples } })
  addPlaceOptions(command).addHelpText('after', examples)
  command.action(async (flags: BenchFlags & Record<string, unknown>) => setExitCode(await benchCommand(flags, peers)))
}

async function benchCommand(flags: BenchFlags & Record<string, unknown>, peers: readonly Peer[]): Promise<number> {
  const config = configOf(flags)
  const places = readPlaces(flags)
  const progress = createProgress(process.stderr)
  return withDatabase(places, async (database) => {
    const { benchmark, missing } = await runBenchmark({
      config,
      workers: flags.workers ?? defaultWorkers(),
      secondsPerPoint: flags.seconds,
      rounds: flags.rounds,
      dataDir: places.dataDir,
      peers,
      argv: process.argv.slice(2),
      onProgress: progress.show,
    }).finally(progress.clear)
    await database.storeBenchmark(benchmark)
    if (flags.json) {
      const { results, kernels } = benchmark
      for (const line of [...results, ...benchmark.peers, ...missing, ...(kernels === null ? [] : [kernels])])
        process.stdout.write(`${JSON.stringify(line)}\n`)
    } else process.stdout.write(benchmarkReport(benchmark, missing))
    return exitCode.finished
  })
}

/** Whole batches of the default number of examples, so that every step is alike. */
function configOf(flags: Record<string, unknown>): RunConfig {
  const given = givenConfig({ dataset: defaultDataset, ...flags, workers: undefined })
  const config = parseRunConfig(registryNames, given)
  if (given.limit !== undefined) return config
  const limit = Math.max(1, Math.floor(defaultExamples / config.batchSize)) * config.batchSize
  return parseRunConfig(registryNames, { ...given, limit })
}

function defaultWorkers(): number[] {
  const cores = Math.min(availableParallelism(), maxWorkers)
  const all = Array.from({ length: cores }, (_, index) => index + 1)
  if (cores <= everyCountUpTo) return all
  return all.filter((count) => count === cores || Number.isInteger(Math.log2(count)))
}

function parseWorkers(text: string): number[] {
  const counts = text.split(',').map(Number)
  const isCount = (count: number) => Number.isInteger(count) && count >= 1 && count <= maxWorkers
  if (!counts.every(isCount) || new Set(counts).size !== counts.length) {
    throw new UserError(`--workers: must be different whole numbers from 1 to ${maxWorkers}, joined by commas, got ${JSON.stringify(text)}`)
  }
  return counts
}

function positiveNumber(flag: string) {
  return (text: string): number => {
    const value = Number(text)
    if (!(value > 0) || !Number.isFinite(value)) throw new UserError(`${flag}: must be a number above 0, got ${JSON.stringify(text)}`)
    return value
  }
}

function wholeNumber(flag: string) {
  return (text: string): number => {
    const value = positiveNumber(flag)(text)
    if (!Number.isInteger(value)) throw new UserError(`${flag}: must be a whole number, got ${JSON.stringify(text)}`)
    return value
  }
}
