import { readFile } from 'node:fs/promises'
import { registryNames } from '@lockstep/models'
import { messageOf, parseRunConfig, type RunConfig, UserError } from '@lockstep/shared'
import { type Command, Option } from 'commander'
import { loadDataset } from '../data/load-dataset.ts'
import { type PlaceOptions, readPlaces } from './environment.ts'
import { drawName, withNewRun } from './new-run.ts'
import { addConfigOptions, describeModelDefaults, givenConfig } from './options.ts'
import { addPlaceOptions } from './place-options.ts'
import { runTraining, withDatabase } from './run-training.ts'

interface TrainFlags extends PlaceOptions {
  config?: string
  dashboard?: string
  json?: boolean
  runId?: string
}

const examples = `
Examples:
  $ lockstep train                                          the report's autoencoder, on all cores
  $ lockstep train --limit 6000 --epochs 3 --seed 1         a quick look
  $ lockstep train --model feed-forward --dataset fashion-mnist
  $ lockstep train --config run.json --json | jq .loss      for machines

Exit codes: 0 finished, 1 failed, 2 bad usage, config or data, 3 stopped by a signal after saving (130 or 143 by a second one).`

export function addTrainCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('train')
    .summary('train a model on all cores and record the run')
    .description(
      'Trains a model with synchronous data-parallel workers. The same config and seed give the same bits for any number of workers.',
    )
    .option('--config <file>', 'JSON file with config fields; options on the command line win')
    .option('--dashboard <url>', 'send live events there (default: a dashboard started over the same runs directory)')
    .option('--json', 'one JSON event a line on stdout')
    .addOption(new Option('--run-id <id>').hideHelp())
  addPlaceOptions(addConfigOptions(command)).addHelpText('after', `\n${describeModelDefaults()}\n${examples}`)
  command.action(async (flags: TrainFlags & Record<string, unknown>) => setExitCode(await trainCommand(flags)))
}

async function trainCommand(flags: TrainFlags & Record<string, unknown>): Promise<number> {
  const config = parseRunConfig(registryNames, { ...(await readConfigFile(flags.config)), ...givenConfig(flags) })
  const places = readPlaces(flags)
  const name = config.name ?? drawName()
  const prepare = () => loadDataset({ name: config.dataset, dataDir: places.dataDir, limit: config.limit })
  return withDatabase(places, (database) =>
    withNewRun(database, {
      ...{ id: flags.runId, name, config, runsDir: places.runsDir, prepare },
      train: (claimed, dataset) =>
        runTraining({
          config,
          dataset,
          ...claimed,
          name,
          places,
          database,
          dashboardUrl: flags.dashboard ?? null,
          json: flags.json === true,
          argv: process.argv.slice(2),
        }),
    }),
  )
}

async function readConfigFile(path: string | undefined): Promise<Partial<RunConfig>> {
  if (path === undefined) return {}
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new UserError(`--config: must name a readable file, got ${path} (${messageOf(cause)})`, { cause })
  }
  const value = parseJson(text, path)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError(`${path}: must hold a JSON object, got ${text.trim().slice(0, 80)}`)
  return value
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UserError(`${path}: must hold a JSON object, got text that is not JSON (${messageOf(cause)})`, { cause })
  }
}
