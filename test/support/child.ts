// A child process of the built `lockstep` command. Whatever is still alive when the test file is done is killed.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { afterAll } from 'vitest'
import { LineLog } from './line-log.ts'
import { lockstepBin, repositoryRoot } from './paths.ts'

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface StartOptions {
  /** Added to this process's environment. */
  env?: Record<string, string | undefined>
  cwd?: string
}

type Child = ChildProcessByStdio<null, Readable, Readable>
const children = new Set<Child>()

function killAll(): void {
  for (const child of children) {
    if (child.pid === undefined) continue
    // Each child leads a process group, so that what it started goes too.
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL')
    } catch {
      child.kill('SIGKILL')
    }
  }
}
process.once('exit', killAll)
afterAll(async () => {
  const ended = [...children].map((child) => once(child, 'close'))
  killAll()
  await Promise.all(ended)
})

function parseObject(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

/** `lockstep ARGS`, its stdout as JSON objects, line by line, and what else it says. */
export function spawnLockstep(args: readonly string[], { env, cwd = repositoryRoot }: StartOptions) {
  const child: Child = spawn(process.execPath, [lockstepBin, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  if (child.pid === undefined) throw new Error(`lockstep ${args.join(' ')}: did not start`)
  children.add(child)
  const objects = new LineLog<object>()
  const strayLines: string[] = []
  const output = { pid: child.pid, objects, strayLines, stderr: '' }
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const value = parseObject(line)
    if (value === null) strayLines.push(line)
    else objects.push(value)
  })
  const exit = once(child, 'close').then(([code, signal]): Exit => {
    children.delete(child)
    objects.end()
    return { code, signal }
  })
  const describe = () => `lockstep ${args.join(' ')}; its stderr ends: ${output.stderr.slice(-2000)}`
  return { output, exit, describe, kill: (signal: NodeJS.Signals) => void child.kill(signal) }
}
