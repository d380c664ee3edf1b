import { models, registryNames } from '@lockstep/models'
import type { Database } from '@lockstep/prisma'
import { parseRunConfig, type RunConfig, type RunSummary, UserError } from '@lockstep/shared'
import type { Command } from 'commander'
import { decodeCheckpoint } from '../checkpoints/checkpoint.ts'
import { loadDataset } from '../data/load-dataset.ts'
import { type PlaceOptions, readPlaces } from './environment.ts'
import { requireRun } from './find-run.ts'
import { isOwnerAlive } from './owner.ts'
import { addPlaceOptions } from './place-options.ts'
import { runTraining, withDatabase } from './run-training.ts'
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
      'Continues a run from its newest sound checkpoint, bit for bit as if it had never been interrupted, with any number of workers. A finished run needs more --epochs.',
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
  return withDatabase(places, async (database) => {
    const run = await requireRun(database, idOrName)
    await refuseIfAlive(database, run)
    const config = changedConfig(run, flags)
    const file = await readSoundCheckpoint(database, run, { runsDir: places.runsDir, choice: 'last' })
    const dataset = await loadDataset({ name: file.facts.dataset, dataDir: places.dataDir, limit: config.limit })
    const specs = models[config.model as keyof typeof models].parameters(dataset.input)
    return runTraining({
      config,
      dataset,
      runId: run.id,
      name: run.name,
      attempt: run.attempt + 1,
      firstSequence: run.lastSequence + 1,
      resumeFrom: decodeCheckpoint(file.bytes, specs, file.path),
      resumedFile: { path: file.path, sha256: file.sha256, sizeBytes: file.bytes.length, recorded: file.recorded, gone: file.gone },
      places,
      database,
      dashboardUrl: flags.dashboard ?? null,
      json: flags.json === true,
      argv: process.argv.slice(2),
    })
  })
}

async function refuseIfAlive(database: Database, run: RunSummary): Promise<void> {
  if (run.state !== 'running') return
  const attempt = await database.latestAttempt(run.id)
  if (attempt === null || !(await isOwnerAlive({ ...attempt, heartbeatAt: run.heartbeatAt }))) return
  throw new UserError(
    `resume: ${run.name} must not be running, got one at work in process ${attempt.host.pid}; \`lockstep stop ${run.id}\` stops it`,
  )
}

function changedConfig(run: RunSummary, flags: ResumeFlags): RunConfig {
  const changes = {
    ...(flags.workers === undefined ? {} : { workers: flags.workers === 'auto' ? 'auto' : Number(flags.workers) }),
    ...(flags.epochs === undefined ? {} : { epochs: Number(flags.epochs) }),
  }
  return parseRunConfig(registryNames, { ...run.config, ...changes })
}
