// `npm start` as a person gets it, but for opening a window: the default run made small, runs and ports of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { repositoryRoot } from './paths.ts'
import { makeTempDir } from './temp-dir.ts'

let child: ChildProcess | undefined
afterEach(() => child?.kill('SIGTERM'))

/** Starts it and gathers what it says; waitFor resolves with the match of a pattern. */
function startEverything(args: string[]) {
  const runsDir = makeTempDir('start')
  const env = { ...process.env, LOCKSTEP_RUNS_DIR: runsDir, LOCKSTEP_NO_OPEN: '1', PORT: '41200', LOCKSTEP_DATA_DIR: join(runsDir, 'data') }
  const started = spawn(process.execPath, [join(repositoryRoot, 'scripts/start.mjs'), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  child = started
  let said = ''
  for (const stream of [started.stdout, started.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const waitFor = async (pattern: RegExp) => {
    while (!pattern.test(said)) {
      if (started.exitCode !== null) throw new Error(`ended before ${pattern}: ${said}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return pattern.exec(said)?.[1] ?? ''
  }
  return { started, waitFor, said: () => said }
}

const tiny = ['--dataset', 'synthetic-digits', '--epochs', '1', '--limit', '100']
const answers = (url: string) =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  )

test('npm start trains, keeps the dashboard after the run, and one Ctrl-C then ends it', { timeout: 180_000 }, async () => {
  const { started, waitFor } = startEverything(tiny)
  const url = await waitFor(/Dashboard: (http\S+)/)
  await waitFor(/(The dashboard stays at)/)
  expect(await answers(url)).toBe(true)
  started.kill('SIGINT')
  expect((await once(started, 'exit'))[0]).toBe(0)
  await expect.poll(() => answers(url)).toBe(false)
})

test('bad usage of npm start ends the dashboard too, with exit code 2', { timeout: 180_000 }, async () => {
  const { started, waitFor, said } = startEverything(['--epochs', '-1'])
  const url = await waitFor(/Dashboard: (http\S+)/)
  expect((await once(started, 'exit'))[0]).toBe(2)
  expect(said()).toMatch(/epochs: must be at least 1, got -1/)
  await expect.poll(() => answers(url)).toBe(false)
})

test('a SIGTERM in mid-run stops the run, which saves, and ends the dashboard', { timeout: 180_000 }, async () => {
  const { started, waitFor } = startEverything([...tiny.slice(0, 2), '--epochs', '50', '--limit', '1000'])
  const url = await waitFor(/Dashboard: (http\S+)/)
  await waitFor(/(epoch 0)/)
  started.kill('SIGTERM')
  expect((await once(started, 'exit'))[0]).toBe(3)
  await expect.poll(() => answers(url)).toBe(false)
})
