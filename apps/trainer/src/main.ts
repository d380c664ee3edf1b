// The `lockstep` command.
import { messageOf, UserError } from '@lockstep/shared'
import { Command, CommanderError } from 'commander'
import type { Peer } from './bench/peer.ts'
import { addBenchCommand } from './commands/bench-command.ts'
import { addDashboardCommand } from './commands/dashboard-command.ts'
import { addDataCommand } from './commands/data-command.ts'
import { addDoctorCommand } from './commands/doctor-command.ts'
import { addEvaluateCommand } from './commands/evaluate-command.ts'
import { exitCode } from './commands/exit-codes.ts'
import { addExportCommand } from './commands/export-command.ts'
import { addResumeCommand } from './commands/resume-command.ts'
import { addRunsCommand } from './commands/runs-command.ts'
import { addStopCommand } from './commands/stop-command.ts'
import { addTrainCommand } from './commands/train-command.ts'

/** A new command is one file and one entry here. */
const registry = [
  addTrainCommand,
  addDashboardCommand,
  addResumeCommand,
  addStopCommand,
  addRunsCommand,
  addEvaluateCommand,
  addExportCommand,
  addDataCommand,
  addBenchCommand,
  addDoctorCommand,
]

export interface CommandLineOptions {
  /** Other programs that `bench` measures beside ours. */
  peers?: readonly Peer[]
}

/** Runs one command line and sets the process's exit code. Mistakes of the user are one line without a stack. */
export async function runCommandLine(argv: readonly string[], options: CommandLineOptions = {}): Promise<void> {
  const setExitCode = (code: number) => {
    process.exitCode = code
  }
  try {
    await createProgram(setExitCode, options).parseAsync([...argv], { from: 'user' })
  } catch (error) {
    setExitCode(report(error))
  }
}

function createProgram(setExitCode: (code: number) => void, options: CommandLineOptions): Command {
  const program = new Command('lockstep')
    .description(
      'Trains neural networks on every core from TypeScript: the same bits for any number of workers, every run recorded, watched live.',
    )
    .version('0.1.0')
    .showHelpAfterError('(lockstep COMMAND --help shows what it takes)')
    .exitOverride()
    .configureHelp({ sortSubcommands: false, helpWidth: 120 })
  for (const add of registry) add(program, setExitCode, options)
  return program
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.finished : exitCode.badUsage
  if (error instanceof UserError) {
    process.stderr.write(`lockstep: ${error.message}\n`)
    return exitCode.badUsage
  }
  process.stderr.write(`lockstep: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`)
  return exitCode.failed
}
