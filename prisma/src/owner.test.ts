import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { identifyProcess, isOwnerAlive, isOwnerHere } from './owner.ts'

const longAgo = 1000

function startSleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'lockstep'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

test('a process is its own owner while it lives, however long its heart was silent', async () => {
  const child = startSleeper()
  const owner = await identifyProcess(Number(child.pid))
  expect(isOwnerHere(owner)).toBe(true)
  expect(await isOwnerAlive(owner, longAgo)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await isOwnerAlive(owner, Date.now())).toBe(false)
})

test('another process under the same number is not the owner, even if it says lockstep in its command line', async () => {
  const child = startSleeper()
  const owner = await identifyProcess(Number(child.pid))
  expect(await isOwnerAlive({ ...owner, start: 'another boot 1' }, Date.now())).toBe(false)
})

test('a process that cannot be told from its successor is the owner only while the heart beats', async () => {
  const unknown = { ...(await identifyProcess(Number(startSleeper().pid))), start: null }
  expect(await isOwnerAlive(unknown, longAgo)).toBe(false)
  expect(await isOwnerAlive(unknown, null)).toBe(false)
  expect(await isOwnerAlive(unknown, Date.now())).toBe(true)
})

test('a restarted container is not its own predecessor, which had the same number', async () => {
  const self = await identifyProcess(process.pid)
  expect(await isOwnerAlive({ ...self, start: 'earlier start' }, Date.now())).toBe(false)
  expect(await isOwnerAlive({ ...self, start: null }, Date.now())).toBe(false)
})

test('an owner on another machine lives as long as its heart beats, whatever runs here under its number', async () => {
  const foreign = { ...(await identifyProcess(Number(startSleeper().pid))), hostname: 'elsewhere' }
  expect(isOwnerHere(foreign)).toBe(false)
  expect(await isOwnerAlive(foreign, Date.now())).toBe(true)
  expect(await isOwnerAlive(foreign, longAgo)).toBe(false)
})
