// Runs are started, stopped and resumed by the trainer's own command, never by importing it: a run begun here is like any other.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
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

/** Starts the command in its own process group with its log in the run's folder, so that it outlives the dashboard. */
export function spawnTrainer(options: CommandOptions, runId: string, words: readonly string[]): ChildProcess {
  mkdirSync(join(options.runsDir, runId), { recursive: true })
  const log = openSync(logFileOf(options.runsDir, runId), 'a')
  try {
    const child = spawn(process.execPath, [options.trainerBin, ...words, ...commonFlags(options)], {
      detached: true,
      stdio: ['ignore', 'ignore', log],
    })
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
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

/** The last line that the run's trainer wrote for people; empty if it wrote none. */
export function lastLogLine(runsDir: string, runId: string): string {
  const file = logFileOf(runsDir, runId)
  return existsSync(file) ? lastLineOf(readFileSync(file, 'utf8')) : ''
}

function lastLineOf(text: string): string {
  const lines = stripVTControlCharacters(text).split(/[\r\n]+/)
  return lines.findLast((line) => line.trim() !== '')?.trim() ?? ''
}

function logFileOf(runsDir: string, runId: string): string {
  return join(runsDir, runId, 'trainer.log')
}

function commonFlags(options: CommandOptions): string[] {
  return ['--runs-dir', options.runsDir, '--database', options.databaseUrl, '--data-dir', options.dataDir, '--json']
}
