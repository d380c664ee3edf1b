import { models, registryNames } from '@lockstep/models'
import type { Database, Release } from '@lockstep/prisma'
import { parseRunConfig, type RunConfig, type RunSummary, UserError } from '@lockstep/shared'
import type { Command } from 'commander'
import { decodeCheckpoint } from '../checkpoints/checkpoint.ts'
import { checkpointDirectory, listCheckpointFiles } from '../checkpoints/store.ts'
import { loadDataset } from '../data/load-dataset.ts'
import type { TrainOptions } from '../training/train.ts'
import { withClaim } from './claim.ts'
import { type PlaceOptions, type Places, readPlaces } from './environment.ts'
import { requireRun } from './find-run.ts'
import { refuseIfOwned } from './owner.ts'
import { addPlaceOptions } from './place-options.ts'
import { withRecordsOf } from './recorded.ts'
import { runTraining } from './run-training.ts'
import { readSoundCheckpoint } from './sound-checkpoint.ts'

interface ResumeFlags extends PlaceOptions {
  workers?: string
  epochs?: string
  dashboard?: string
  json?: boolean
}

export function addResumeCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('resume')
    .argument('<run>', 'id or name')
    .summary('go on with a stopped, crashed or finished run')
    .description(
      'Continues a run from its newest sound checkpoint, bit for bit as if it had never been interrupted, with any number of workers. A run that never saved one starts anew from its config and seed; a finished run needs more --epochs.',
    )
    .option('--workers <n|auto>', 'worker threads of this attempt')
    .option('--epochs <n>', 'epochs in all, if other than before')
    .option('--dashboard <url>', 'send live events there')
    .option('--json', 'one JSON event a line on stdout')
  addPlaceOptions(command)
  command.action(async (run: string, flags: ResumeFlags) => setExitCode(await resumeCommand(run, flags)))
}

async function resumeCommand(idOrName: string, flags: ResumeFlags): Promise<number> {
  const places = readPlaces(flags)
  const changes = readChanges(flags)
  return withRecordsOf(places, idOrName, async (database) => {
    const run = await requireRun(database, idOrName)
    await refuseIfOwned('resume', database, run)
    const config = parseRunConfig(registryNames, { ...run.config, ...changes })
    refuseIfDone(run, config)
    return withClaim(database, run, {
      command: 'resume',
      prepare: () => prepare({ database, run, config, places }),
      train: (claimed, prepared) =>
        runTraining({
          config,
          runId: run.id,
          name: run.name,
          ...claimed,
          ...prepared,
          places,
          database,
          dashboardUrl: flags.dashboard ?? null,
          json: flags.json === true,
          argv: process.argv.slice(2),
        }),
      giveBack: (reason) => stateBefore(run, reason),
    })
  })
}

function readChanges({ workers, epochs }: ResumeFlags): Partial<RunConfig> {
  return {
    ...(workers === undefined ? {} : { workers: workers === 'auto' ? 'auto' : readCount('--workers', workers, ' or auto') }),
    ...(epochs === undefined ? {} : { epochs: readCount('--epochs', epochs, '') }),
  }
}

function readCount(flag: string, text: string, orElse: string): number {
  if (/^-?\d+$/.test(text)) return Number(text)
  throw new UserError(`${flag}: must be a whole number${orElse}, got ${JSON.stringify(text)}`)
}

/** A run that was killed between its last checkpoint and its end is not recorded as finished, and has that still to do. */
function refuseIfDone(run: RunSummary, config: RunConfig): void {
  const epochsBefore = Number(run.config.epochs)
  if (run.state !== 'finished' || config.epochs > epochsBefore) return
  const done =
    run.step < run.totalSteps ? `ended early, after ${run.step} of ${run.totalSteps} steps` : `done all its ${run.totalSteps} steps`
  throw new UserError(`resume: ${run.name} must have steps left, got a run that has ${done}; give more --epochs than ${epochsBefore}`)
}

interface Preparation {
  database: Database
  run: RunSummary
  config: RunConfig
  places: Places
}

/** Data and the checkpoint to go on from, if the run ever saved one. Throws UserError. */
async function prepare(request: Preparation): Promise<Pick<TrainOptions, 'dataset' | 'resumeFrom' | 'resumedFile'>> {
  const { database, run, config, places } = request
  if (!(await hasSaved(request))) {
    process.stderr.write(`${run.name} never saved a checkpoint: it starts anew from step 0, with its config and seed\n`)
    return { dataset: await loadDataset({ name: config.dataset, dataDir: places.dataDir, limit: config.limit }) }
  }
  const file = await readSoundCheckpoint(database, run, { runsDir: places.runsDir, choice: 'last' })
  const dataset = await loadDataset({ name: file.facts.dataset, dataDir: places.dataDir, limit: config.limit })
  const specs = models[config.model as keyof typeof models].parameters(dataset.input)
  const { path, sha256, bytes, recorded, gone } = file
  return {
    dataset,
    resumeFrom: decodeCheckpoint(bytes, specs, path),
    resumedFile: { path, sha256, sizeBytes: bytes.length, recorded, gone },
  }
}

async function hasSaved({ database, run, places }: Preparation): Promise<boolean> {
  if ((await database.listCheckpoints(run.id)).length > 0) return true
  return (await listCheckpointFiles(checkpointDirectory(places.runsDir, run.id))).length > 0
}

/** A run that seemed to run, or to be about to, had lost its process. */
function stateBefore({ state, endedAt, error }: RunSummary, reason: string): Omit<Release, 'attempt'> {
  if (state !== 'running' && state !== 'queued') return { state, endedAt, error }
  return { state: 'crashed', endedAt: Date.now(), error: `its process was gone, and resuming it failed: ${reason}` }
}
