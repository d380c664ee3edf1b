import { UserError } from '@lockstep/shared'
import type { Command } from 'commander'
import type { DownloadProgress } from '../data/download.ts'
import { fetchDataset, storedDatasetNames, verifyDataset } from '../data/fetch-dataset.ts'
import { readPlaces } from './environment.ts'
import { exitCode } from './exit-codes.ts'

interface DataFlags {
  dataDir?: string
}

export function addDataCommand(program: Command, setExitCode: (code: number) => void): void {
  const names = storedDatasetNames().join(', ')
  const data = program.command('data').summary('download and check datasets').description('Datasets kept in files, in DATA_DIR/NAME/.')
  data
    .command('fetch')
    .argument('[names...]', `datasets: ${names} (default: all)`)
    .description('Downloads what is missing, from several mirrors, resumes where it was cut off, and checks every file.')
    .option('--data-dir <dir>', 'where to put them (default: $LOCKSTEP_DATA_DIR or ./data)')
    .action(async (given: string[], flags: DataFlags) => setExitCode(await fetchCommand(given, flags)))
  data
    .command('verify')
    .argument('[names...]', `datasets: ${names} (default: all)`)
    .description('Checks that every file is there, whole and the right one.')
    .option('--data-dir <dir>', 'where they are (default: $LOCKSTEP_DATA_DIR or ./data)')
    .action(async (given: string[], flags: DataFlags) => setExitCode(await verifyCommand(given, flags)))
}

async function fetchCommand(given: readonly string[], flags: DataFlags): Promise<number> {
  const { dataDir } = readPlaces(flags)
  for (const name of namesOrAll(given)) {
    const { directory, fetched, present } = await fetchDataset({ name, dataDir, onProgress: showProgress })
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
    process.stderr.write(`${name}: ${fetched.length} files fetched, ${present.length} were there, all right, in ${directory}\n`)
  }
  return exitCode.finished
}

function showProgress({ file, receivedBytes, totalBytes }: DownloadProgress): void {
  if (!process.stderr.isTTY) return
  const share = totalBytes === null ? '' : ` ${Math.floor((100 * receivedBytes) / totalBytes)} %`
  process.stderr.write(`\r\x1b[K${file} ${(receivedBytes / 1e6).toFixed(1)} MB${share}`)
}

async function verifyCommand(given: readonly string[], flags: DataFlags): Promise<number> {
  const { dataDir } = readPlaces(flags)
  let problems = 0
  for (const name of namesOrAll(given)) {
    for (const { file, problem } of await verifyDataset({ name, dataDir })) {
      process.stderr.write(problem === null ? `✓ ${name}/${file}\n` : `✗ ${problem}\n`)
      if (problem !== null) problems++
    }
  }
  if (problems > 0)
    throw new UserError(`data verify: every file must be right, got ${problems} that are not; \`lockstep data fetch\` downloads them again`)
  return exitCode.finished
}

function namesOrAll(given: readonly string[]): readonly string[] {
  return given.length > 0 ? given : storedDatasetNames()
}
