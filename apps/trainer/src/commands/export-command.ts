import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Database } from '@lockstep/prisma'
import { messageOf, type RunSummary, type Series, UserError } from '@lockstep/shared'
import { type Command, Option } from 'commander'
import { type PlaceOptions, readPlaces } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import { requireRun } from './find-run.ts'
import { addPlaceOptions } from './place-options.ts'
import { withRecordsOf } from './recorded.ts'
import { type CheckpointChoice, checkpointChoices, readSoundCheckpoint } from './sound-checkpoint.ts'

interface ExportFlags extends PlaceOptions {
  format: keyof typeof formats
  checkpoint: CheckpointChoice
  out?: string
}

type ExportFormat = (database: Database, run: RunSummary, flags: ExportFlags) => Promise<Uint8Array | string>

/** A new format is one line here. */
const formats = {
  safetensors: async (database, run, flags) =>
    (await readSoundCheckpoint(database, run, { runsDir: readPlaces(flags).runsDir, choice: flags.checkpoint })).bytes,
  json: async (database, run) => `${JSON.stringify(await database.readRunView(run.id))}\n`,
  csv: async (database, run) => metricsCsv((await database.readRunView(run.id))?.series ?? {}),
} as const satisfies Record<string, ExportFormat>

export function addExportCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('export')
    .argument('<run>', 'id or name')
    .summary('write a run to a file other programs read')
    .description('safetensors: a checkpoint, for PyTorch, JAX and others; json: the whole record; csv: every metric point.')
    .addOption(new Option('--format <name>', 'file format').choices(Object.keys(formats)).default('safetensors'))
    .addOption(new Option('--checkpoint <which>', 'which checkpoint').choices([...checkpointChoices]).default('best'))
    .option('--out <file>', 'where to write it (default: NAME.FORMAT here)')
  addPlaceOptions(command).action(async (run: string, flags: ExportFlags) => setExitCode(await exportCommand(run, flags)))
}

async function exportCommand(idOrName: string, flags: ExportFlags): Promise<number> {
  return withRecordsOf(readPlaces(flags), idOrName, async (database) => {
    const run = await requireRun(database, idOrName)
    const path = resolve(flags.out ?? `${fileNameOf(run)}.${flags.format}`)
    const content = await formats[flags.format](database, run, flags)
    try {
      await writeFile(path, content, { flag: 'wx' })
    } catch (cause) {
      throw new UserError(`export: must write a new file, got ${path} (${messageOf(cause)}); choose another with --out`, { cause })
    }
    process.stderr.write(`${path}\n`)
    return exitCode.finished
  })
}

/** A run's name may hold anything; a file name may not. */
function fileNameOf({ name, id }: RunSummary): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '') || id
}

function metricsCsv(series: Record<string, Series>): string {
  const lines = ['key,step,epoch,time,value']
  for (const [key, { steps, epochs, times, values }] of Object.entries(series)) {
    for (let i = 0; i < steps.length; i++) lines.push(`${key},${steps[i]},${epochs[i]},${times[i]},${values[i]}`)
  }
  return `${lines.join('\n')}\n`
}
