import { availableParallelism, cpus, totalmem } from 'node:os'
import { initialiseParameters, losses, models } from '@lockstep/models'
import { messageOf } from '@lockstep/shared'
import type { Command } from 'commander'
import { storedDatasetNames, verifyDataset } from '../data/fetch-dataset.ts'
import { drawSyntheticDigits } from '../data/synthetic/synthetic-digits.ts'
import { openEngine } from '../engine/index.ts'
import { type PlaceOptions, type Places, readPlaces } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import { addPlaceOptions } from './place-options.ts'
import { withDatabase } from './run-training.ts'

interface Finding {
  subject: string
  /** null: nothing is wrong. */
  problem: string | null
  fact: string
  /** False for what a run can do without. */
  needed: boolean
}

const shard = 10
const measuredSteps = 20

export function addDoctorCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('doctor')
    .summary('say what is installed here and how fast it is')
    .description('Checks Node, the engines (with one real gradient each, timed on one core), the datasets and the database.')
  addPlaceOptions(command).action(async (flags: PlaceOptions) => setExitCode(await doctorCommand(flags)))
}

async function doctorCommand(flags: PlaceOptions): Promise<number> {
  const places = readPlaces(flags)
  let broken = 0
  for (const check of [
    describeMachine,
    () => checkEngine('wasm'),
    () => checkEngine('native'),
    ...datasetChecks(places),
    () => checkDatabase(places),
  ]) {
    const { subject, problem, fact, needed } = await check()
    if (problem !== null && needed) broken++
    process.stdout.write(`${problem === null ? '✓' : needed ? '✗' : '–'} ${subject}: ${problem ?? fact}\n`)
  }
  return broken === 0 ? exitCode.finished : exitCode.failed
}

async function describeMachine(): Promise<Finding> {
  const fact = `${process.version} on ${process.platform}-${process.arch}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`
  return { subject: 'machine', problem: null, fact, needed: true }
}

async function checkEngine(name: 'wasm' | 'native'): Promise<Finding> {
  try {
    return { subject: `engine ${name}`, problem: null, fact: await measureEngine(name), needed: true }
  } catch (error) {
    return { subject: `engine ${name}`, problem: messageOf(error), fact: '', needed: name === 'wasm' }
  }
}

/** Real gradients of the report's autoencoder on one thread. */
async function measureEngine(name: 'wasm' | 'native'): Promise<string> {
  const image = { height: 28, width: 28, channels: 1 }
  const model = models['conv-autoencoder']
  const engine = await openEngine(name, { model, loss: losses['mean-squared-error'], image, classes: 10, kernels: 'relaxed' })
  const specs = model.parameters({ ...image, classes: 10 })
  const parameters = initialiseParameters(specs, 42)
  const gradient = new Float32Array(parameters.length)
  engine.loadParameters(parameters)
  engine.loadBatch(drawSyntheticDigits(42, 'train', shard), { first: 0, count: shard })
  engine.computeGradient(gradient)
  const start = performance.now()
  for (let step = 0; step < measuredSteps; step++) engine.computeGradient(gradient)
  const seconds = (performance.now() - start) / 1000
  engine.close()
  return `${Math.round((measuredSteps * shard) / seconds).toLocaleString('en-US')} images/s on one core (conv-autoencoder, kernels ${engine.kernels})`
}

function datasetChecks({ dataDir }: Places): (() => Promise<Finding>)[] {
  return storedDatasetNames().map((name) => async () => {
    const problems = (await verifyDataset({ name, dataDir })).flatMap(({ problem }) => (problem === null ? [] : [problem]))
    return { subject: `dataset ${name}`, problem: problems[0] ?? null, fact: `whole, in ${dataDir}`, needed: false }
  })
}

async function checkDatabase(places: Places): Promise<Finding> {
  try {
    const runs = await withDatabase(places, (database) => database.listRuns())
    return { subject: 'database', problem: null, fact: `${places.databaseUrl}, ${runs.length} runs`, needed: true }
  } catch (error) {
    return { subject: 'database', problem: messageOf(error), fact: '', needed: true }
  }
}
