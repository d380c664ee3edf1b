import { rm } from 'node:fs/promises'
import { decodeNumber, type RunSummary, shownState, UserError } from '@lockstep/shared'
import type { Command } from 'commander'
import { formatDuration } from '../sinks/console.ts'
import { type PlaceOptions, readPlaces, runDirectory } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import { requireRun } from './find-run.ts'
import { refuseIfOwned } from './owner.ts'
import { addPlaceOptions } from './place-options.ts'
import { withRecords, withRecordsOf } from './recorded.ts'

interface RunsFlags extends PlaceOptions {
  json?: boolean
}

export function addRunsCommand(program: Command, setExitCode: (code: number) => void): void {
  const runs = program.command('runs').summary('list, show and delete recorded runs').description('What was recorded.')
  const list = runs.command('list').description('All runs, newest first.').option('--json', 'one JSON object a line on stdout')
  addPlaceOptions(list).action(async (flags: RunsFlags) => setExitCode(await listCommand(flags)))
  const show = runs
    .command('show')
    .argument('<run>', 'id or name')
    .description('One run: config, epochs, checkpoints.')
    .option('--json', 'the whole record as JSON')
  addPlaceOptions(show).action(async (run: string, flags: RunsFlags) => setExitCode(await showCommand(run, flags)))
  const remove = runs
    .command('delete')
    .argument('<run>', 'id or name')
    .description('Deletes a run that has ended: its rows and its checkpoint files.')
  addPlaceOptions(remove).action(async (run: string, flags: RunsFlags) => setExitCode(await deleteCommand(run, flags)))
}

async function listCommand(flags: RunsFlags): Promise<number> {
  const places = readPlaces(flags)
  const runs = (await withRecords(places, (database) => database.listRuns())) ?? []
  if (flags.json) for (const run of runs) process.stdout.write(`${JSON.stringify(run)}\n`)
  else process.stdout.write(runs.length === 0 ? `no runs in ${places.runsDir} yet; \`lockstep train\` makes the first\n` : tableOf(runs))
  return exitCode.finished
}

function tableOf(runs: readonly RunSummary[]): string {
  const rows = runs.map((run) => [
    run.id,
    run.name,
    shownState(run.state, run.heartbeatAt, Date.now()),
    `${run.step}/${run.totalSteps}`,
    run.loss === null ? '-' : decodeNumber(run.loss).toPrecision(4),
    run.examplesPerSecond === null ? '-' : Math.round(run.examplesPerSecond).toLocaleString('en-US'),
    String(run.workers),
    run.model,
    run.dataset,
  ])
  const table = [['id', 'name', 'state', 'steps', 'loss', 'images/s', 'workers', 'model', 'dataset'], ...rows]
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)))
  return table
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

async function showCommand(idOrName: string, flags: RunsFlags): Promise<number> {
  return withRecordsOf(readPlaces(flags), idOrName, async (database) => {
    const { id } = await requireRun(database, idOrName)
    const view = await database.readRunView(id)
    if (view === null) throw new UserError(`runs show: run ${id} must be there, got none: it was just deleted`)
    if (flags.json) {
      process.stdout.write(`${JSON.stringify(view)}\n`)
      return exitCode.finished
    }
    const { run, epochs, checkpoints, warnings, result } = view
    const lines = [
      tableOf([run]).trimEnd(),
      '',
      ...Object.entries(run.config).map(([key, value]) => `  ${key.padEnd(20)}${value === null ? 'none' : value}`),
      '',
      ...epochs.map(
        (row) =>
          `epoch ${row.epoch}  loss ${decodeNumber(row.loss).toPrecision(4)}  ${Math.round(row.examplesPerSecond)} images/s  ${formatDuration(row.durationMs)}`,
      ),
      ...checkpoints.map((row) => `checkpoint of step ${row.step}${row.best ? ' (best)' : ''}  ${row.sha256.slice(0, 12)}  ${row.path}`),
      ...warnings.map(({ message }) => `! ${message}`),
      ...(run.error === null ? [] : [`failed: ${run.error}`]),
      ...(result === null ? [] : [`parameters sha256 ${result.parametersSha256}`, `optimizer sha256  ${result.optimizerSha256}`]),
    ]
    process.stdout.write(`${lines.join('\n')}\n`)
    return exitCode.finished
  })
}

async function deleteCommand(idOrName: string, flags: RunsFlags): Promise<number> {
  const places = readPlaces(flags)
  return withRecordsOf(places, idOrName, async (database) => {
    const run = await requireRun(database, idOrName)
    await refuseIfOwned('runs delete', database, run)
    const directory = runDirectory(places.runsDir, run.id)
    await database.deleteRun(run.id)
    await rm(directory, { recursive: true, force: true })
    process.stderr.write(`${run.name} (${run.id}) is deleted\n`)
    return exitCode.finished
  })
}
