// Bad input gets one clear line and exit code 2, and loses nothing.

import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockstepBin } from './support/paths.ts'
import { runLockstep, startLockstep } from './support/processes.ts'
import { makeTempDir } from './support/temp-dir.ts'

const nativeIsThere = canResolve('@tensorflow/tfjs-node')
const quick = ['train', '--dataset', 'synthetic-digits', '--limit', '200', '--epochs', '1', '--workers', '2', '--json']

/** A fresh runs directory, and a command line that uses it and nothing else. */
function freshRuns() {
  const runsDir = makeTempDir('runs')
  return { runsDir, env: { LOCKSTEP_RUNS_DIR: runsDir, DATABASE_URL: undefined } }
}

const badCommandLines: Record<string, { args: string[]; says: RegExp }> = {
  'an unknown model': {
    args: ['train', '--model', 'no-such'],
    says: /^lockstep: model: must be one of conv-autoencoder, .*, got "no-such"$/,
  },
  'negative epochs': { args: ['train', '--epochs', '-1'], says: /^lockstep: epochs: must be at least 1, got -1$/ },
  'epochs that are no number': { args: ['train', '--epochs', 'many'], says: /^lockstep: --epochs: must be a number, got "many"$/ },
  'too many workers': { args: ['train', '--workers', '65'], says: /^lockstep: workers: .*64, got 65$/ },
  'a loss that does not suit the model': {
    args: ['train', '--model', 'feed-forward', '--loss', 'mean-squared-error'],
    says: /^lockstep: loss: feed-forward needs one for classification \(softmax-cross-entropy\), got mean-squared-error/,
  },
  'a config file that is not there': {
    args: ['train', '--config', '/nonexistent.json'],
    says: /^lockstep: --config: must name a readable file, got \/nonexistent.json/,
  },
  'data that is not there': {
    args: ['train', '--dataset', 'mnist', '--data-dir', '/nonexistent'],
    says: /^lockstep: mnist: .*not found in \/nonexistent\/mnist.*lockstep data fetch mnist/,
  },
  'a run that is not recorded': {
    args: ['resume', 'no-such-run'],
    says: /^lockstep: run: must be the id or name of a recorded run, got "no-such-run"/,
  },
  'an address of no dashboard': {
    args: ['train', '--dashboard', 'notaurl'],
    says: /^lockstep: --dashboard: must be an address .*, got "notaurl"$/,
  },
  'a name with control characters': {
    args: ['train', '--name', 'a\u001b[2J'],
    says: /^lockstep: name: must be text without control characters, got /,
  },
  'an unknown option': { args: ['train', '--no-such-option'], says: /unknown option '--no-such-option'/ },
  'an unknown command': { args: ['trian'], says: /unknown command 'trian'/ },
}

test.each(Object.entries(badCommandLines))('%s is refused in a clear line with exit code 2', async (_name, { args, says }) => {
  const { env } = freshRuns()
  const { code, stderr, events } = await runLockstep(args, { env })
  expect(stderr.trim().split('\n')[0]).toMatch(says)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(code).toBe(2)
  expect(events).toEqual([])
})

test('a config file with an unknown field is refused by name', async () => {
  const { runsDir, env } = freshRuns()
  const path = join(runsDir, 'run.json')
  writeFileSync(path, '{"epochs": 1, "epoch": 2}')
  const { code, stderr } = await runLockstep(['train', '--config', path], { env })
  expect([code, stderr.trim()]).toEqual([2, 'lockstep: config: unknown field "epoch"'])
})

test.each(['5', 'null', '"abc"', '[1]', '{'])('a config file that holds %s is refused', async (text) => {
  const { runsDir, env } = freshRuns()
  const path = join(runsDir, 'run.json')
  writeFileSync(path, text)
  const { code, stderr } = await runLockstep(['train', '--config', path], { env })
  expect(stderr).toMatch(/^lockstep: .*run\.json: must hold a JSON object, got /)
  expect(code).toBe(2)
})

test.skipIf(nativeIsThere)('the native engine without tfjs-node is refused in one line that names the remedy', async () => {
  const { env } = freshRuns()
  const { code, stderr } = await runLockstep(['train', '--engine', 'native', '--dataset', 'synthetic-digits', '--limit', '100'], { env })
  expect(stderr.trim()).toMatch(/^lockstep: engine native: needs @tensorflow\/tfjs-node.*--engine wasm$/)
  expect(code).toBe(2)
})

test('a reader that goes away stops the run, which saves', async () => {
  const { env } = freshRuns()
  const child = spawn(process.execPath, [lockstepBin, 'train', '--dataset', 'synthetic-digits', '--epochs', '50', '--json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  child.stdout.once('data', () => child.stdout.destroy())
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect(code).toBe(3)
  const list = await runLockstep(['runs', 'list', '--json'], { env })
  expect(list.events).toEqual([expect.objectContaining({ state: 'stopped' })])
})

test('corrupt data is refused with the name of the file', async () => {
  const { runsDir, env } = freshRuns()
  const dataDir = join(runsDir, 'data')
  mkdirSync(join(dataDir, 'mnist'), { recursive: true })
  for (const name of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']) {
    writeFileSync(join(dataDir, 'mnist', name), Buffer.alloc(64, 7))
  }
  const { code, stderr } = await runLockstep(['train', '--dataset', 'mnist', '--data-dir', dataDir], { env })
  expect(stderr).toMatch(/^lockstep: .*train-(images|labels)-idx\d-ubyte.*magic/)
  expect(code).toBe(2)
})

test('a database that cannot be opened is refused before training, and left as it was', async () => {
  const { runsDir, env } = freshRuns()
  const path = join(runsDir, 'not-a-database.db')
  writeFileSync(path, "somebody's notes, not a database\n".repeat(100))
  const before = readFileSync(path)
  const { code, stderr, events } = await runLockstep([...quick, '--database', `file:${path}`], { env })
  expect(stderr).toMatch(/^lockstep: database: .*not-a-database\.db/)
  expect([code, events]).toEqual([2, []])
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a database in a directory that is not there and cannot be made is refused', async () => {
  const { runsDir, env } = freshRuns()
  const file = join(runsDir, 'a-file')
  writeFileSync(file, '')
  const { code, stderr } = await runLockstep([...quick, '--database', `file:${join(file, 'lockstep.db')}`], { env })
  expect(stderr).toMatch(/^lockstep: database: /)
  expect(code).toBe(2)
})

test.skipIf(process.getuid?.() === 0)('a database that may not be written is refused', async () => {
  const { runsDir, env } = freshRuns()
  const locked = join(runsDir, 'locked')
  mkdirSync(locked)
  chmodSync(locked, 0o500)
  const { code, stderr } = await runLockstep([...quick, '--database', `file:${join(locked, 'lockstep.db')}`], { env })
  expect(stderr).toMatch(/^lockstep: database: /)
  expect(code).toBe(2)
})

test('a port in use is refused in one line with exit code 2, and the runs stay as they are', async () => {
  const { runsDir, env } = freshRuns()
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  const address = holder.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const { code, stderr } = await runLockstep(['dashboard', '--port', port], { env })
  holder.close()
  expect(stderr.trim()).toMatch(new RegExp(`^dashboard: port must be free, got ${port}.*$`))
  expect(code).toBe(2)
  expect(existsSync(join(runsDir, 'dashboard.json'))).toBe(false)
})

test('none is a value of every option that may be empty', async () => {
  const { runsDir, env } = freshRuns()
  const path = join(runsDir, 'run.json')
  writeFileSync(path, '{"clipNorm": 1, "earlyStopping": 3, "shardSize": 5, "limit": 100}')
  const none = ['--clip-norm', 'none', '--early-stopping', 'none', '--shard-size', 'none']
  const { events } = await runLockstep(['train', '--config', path, ...none, '--dataset', 'synthetic-digits', '--epochs', '1', '--json'], {
    env,
  })
  expect(events[0]).toMatchObject({ type: 'run-started', config: { clipNorm: null, earlyStopping: null, shardSize: null, limit: 100 } })
})

test('with --json stdout holds only events, people read stderr without it', async () => {
  const { env } = freshRuns()
  const forMachines = await runLockstep(quick, { env })
  expect(forMachines.code).toBe(0)
  expect(forMachines.lines).toEqual([])
  expect(forMachines.events.at(-1)?.type).toBe('run-finished')
  const forPeople = await runLockstep(quick.slice(0, -1), { env })
  expect(forPeople.code).toBe(0)
  expect([forPeople.events, forPeople.lines]).toEqual([[], []])
  expect(forPeople.stderr).toMatch(/epoch 0 {2}loss 0\.\d+ .*images\/s/)
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s finishes the step, saves, records stopped and exits 3', async (signal) => {
  const { env } = freshRuns()
  const run = startLockstep(['train', '--dataset', 'synthetic-digits', '--epochs', '50', '--workers', '2', '--json'], { env })
  const { runId } = await run.waitForEvent('step-completed', ({ step }) => step === 3)
  run.kill(signal)
  expect(await run.exit).toEqual({ code: 3, signal: null })
  const stopped = await run.waitForEvent('run-stopped')
  const steps = run.received().flatMap((event) => (event.type === 'step-completed' ? [event.step] : []))
  expect(stopped.step).toBe((steps.at(-1) ?? 0) + 1)
  expect(existsSync(stopped.checkpoint ?? '')).toBe(true)
  const shown = await runLockstep(['runs', 'show', runId, '--json'], { env })
  expect(shown.events).toEqual([expect.objectContaining({ run: expect.objectContaining({ state: 'stopped', step: stopped.step }) })])
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a second %s ends the process at once with %d', async (signal, code) => {
  const { env } = freshRuns()
  const run = startLockstep(['train', '--dataset', 'synthetic-digits', '--batch-size', '5000', '--workers', '1', '--json'], { env })
  await run.waitForEvent('run-started')
  run.kill(signal)
  await new Promise((resolve) => setTimeout(resolve, 200)) // Two signals at the same moment are one to the system.
  run.kill(signal)
  expect(await run.exit).toEqual({ code, signal: null })
})

test('lockstep stop stops a run that another process trains', async () => {
  const { env } = freshRuns()
  const run = startLockstep(['train', '--dataset', 'synthetic-digits', '--epochs', '50', '--workers', '2', '--json'], { env })
  const { runId } = await run.waitForEvent('step-completed', ({ step }) => step === 3)
  await expect.poll(async () => (await runLockstep(['stop', runId], { env })).code, { timeout: 10_000 }).toBe(0)
  expect(await run.exit).toEqual({ code: 3, signal: null })
})

test('every command explains itself with --help', async () => {
  const { lines } = await runLockstep(['--help'])
  const commands = lines.flatMap((line) => /^ {2}(\w+)/.exec(line)?.[1] ?? []).filter((name) => name !== 'help')
  expect(commands).toEqual(expect.arrayContaining(['train', 'dashboard', 'resume', 'stop', 'runs', 'evaluate', 'export', 'data', 'doctor']))
  for (const command of commands) {
    const help = await runLockstep([command, '--help'])
    expect(help.code).toBe(0)
    expect(help.lines[0]).toMatch(new RegExp(`^Usage: lockstep ${command}`))
  }
})

function canResolve(name: string): boolean {
  try {
    createRequire(lockstepBin).resolve(name)
    return true
  } catch {
    return false
  }
}
