// Runs are started, stopped and resumed by the trainer's own command, never by importing it: a run begun here is like any other.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { UserError } from '@lockstep/shared'
import type { DashboardOptions } from './options.ts'

type CommandOptions = Pick<DashboardOptions, 'trainerBin' | 'runsDir' | 'databaseUrl' | 'dataDir'>

export interface CommandResult {
  code: number
  /** The last line of its error output, for people. */
  lastLine: string
}

/** Throws UserError if there is no command to start. */
export function requireTrainer({ trainerBin }: Pick<CommandOptions, 'trainerBin'>): void {
  if (!existsSync(trainerBin)) throw new UserError(`dashboard: the lockstep command must exist, got ${trainerBin}; set LOCKSTEP_BIN`)
}

export interface Trainer {
  child: ChildProcess
  /** Settles when the process has ended or could not be started: how it failed, null if it did not. */
  ended: Promise<string | null>
  /** The last line that it wrote for people; empty if it wrote none. */
  lastLine: () => string
}

/** Starts the command in its own process group with its log in the run's folder, so that it outlives the dashboard. */
export function spawnTrainer(options: CommandOptions, runId: string, words: readonly string[]): Trainer {
  const file = join(options.runsDir, runId, 'trainer.log')
  mkdirSync(join(options.runsDir, runId), { recursive: true })
  const log = openSync(file, 'a')
  try {
    // Earlier attempts wrote into the same file.
    const start = fstatSync(log).size
    const child = spawn(process.execPath, [options.trainerBin, ...words, ...commonFlags(options)], {
      detached: true,
      stdio: ['ignore', 'ignore', log],
    })
    child.unref()
    const lastLine = () => (existsSync(file) ? lastLineOf(readFileSync(file).subarray(start).toString('utf8')) : '')
    return { child, ended: endOf(child), lastLine }
  } finally {
    closeSync(log)
  }
}

function endOf(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code, signal) => resolve(code === 0 ? null : signal === null ? `exit code ${code}` : `signal ${signal}`))
  })
}

/** Runs a short command to its end. */
export async function runTrainerCommand(options: CommandOptions, words: readonly string[]): Promise<CommandResult> {
  const place = ['--runs-dir', options.runsDir, '--database', options.databaseUrl]
  const child = spawn(process.execPath, [options.trainerBin, ...words, ...place], { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-10_000)
  })
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve(status ?? 1))
  })
  return { code, lastLine: lastLineOf(text) }
}

function lastLineOf(text: string): string {
  const lines = stripVTControlCharacters(text).split(/[\r\n]+/)
  return lines.findLast((line) => line.trim() !== '')?.trim() ?? ''
}

function commonFlags(options: CommandOptions): string[] {
  return ['--runs-dir', options.runsDir, '--database', options.databaseUrl, '--data-dir', options.dataDir, '--json']
}
