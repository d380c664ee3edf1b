// What the launcher makes of trainers that refuse, dawdle, die or never come, each a real process.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { registryNames } from '@lockstep/models'
import { type Database, identifyProcess } from '@lockstep/prisma'
import { parseRunConfig } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { markDeadRuns } from './dead-runs.ts'
import { createIngest } from './ingest.ts'
import { Launcher } from './launcher.ts'
import type { DashboardOptions } from './options.ts'
import { configOf, type GeneratedRun, generateEvents } from './testing/generated-run.ts'
import { eventually, openDashboard, openTrainerDatabase, temporaryOptions } from './testing/test-dashboard.ts'

const sample: GeneratedRun = {
  ...{ runId: 'samplerun1', name: 'amber-otter-12', seed: 42, workers: 2, epochs: 1, stepsPerEpoch: 20 },
  ...{ startTime: Date.now(), stepMs: 5 },
}

/** A command of these lines of JavaScript in the place of the trainer's. */
function optionsWithCommand(lines: string): DashboardOptions {
  const options = temporaryOptions()
  const trainerBin = join(options.runsDir, 'command.mjs')
  writeFileSync(trainerBin, lines)
  return { ...options, trainerBin }
}

async function resume(url: string, body: unknown = {}): Promise<[number, string | undefined]> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/runs/${sample.runId}/resume`, { method: 'POST', headers, body: JSON.stringify(body) })
  return [answer.status, (await answer.json()).error]
}

test('a resume that the command refuses is answered with its last line, not with one of an earlier attempt', async () => {
  const options = optionsWithCommand(`
    import { existsSync, writeFileSync } from 'node:fs'
    const first = ${JSON.stringify(join(temporaryOptions().runsDir, 'first'))}
    if (!existsSync(first)) { writeFileSync(first, ''); process.stderr.write('starting\\nresume: nothing is left to do\\n') }
    process.exitCode = 2`)
  const { url } = await openDashboard(options)
  const database = await openTrainerDatabase(options)
  await database.storeEvents(generateEvents(sample))
  expect(await resume(url)).toEqual([409, 'resume: nothing is left to do'])
  expect(await resume(url)).toEqual([409, 'run: could not be resumed, the trainer ended with exit code 2'])
  expect(await database.findRun(sample.runId)).toMatchObject({ state: 'finished', error: null })
})

test('a refused resume leaves a run that is at work elsewhere as it is', async () => {
  const options = optionsWithCommand(`process.stderr.write('resume: is at work\\n'); process.exitCode = 2`)
  const { url } = await openDashboard(options)
  const database = await openTrainerDatabase(options)
  // Silent for a while, but its process is alive.
  const [started, ...steps] = generateEvents({ ...sample, startTime: Date.now() - 60_000, ending: null })
  if (started.type !== 'run-started') throw new TypeError('the first event must be run-started')
  await database.storeEvents([{ ...started, host: { ...started.host, pid: process.pid } }, ...steps])
  expect(await resume(url)).toEqual([409, 'resume: is at work'])
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(await database.findRun(sample.runId)).toMatchObject({ state: 'running' })
})

test('while a resume is under way a second one is refused, and the first ends once its attempt has started', async () => {
  const options = optionsWithCommand('setTimeout(() => undefined, 4000)')
  const { url } = await openDashboard(options)
  const database = await openTrainerDatabase(options)
  const events = generateEvents(sample)
  await database.storeEvents(events)
  const first = resume(url, { epochs: 3 })
  await eventually(async () => expect(await resume(url)).toEqual([409, 'run: amber-otter-12 is being resumed already']))
  const [start] = generateEvents({ ...sample, epochs: 3, startTime: Date.now() })
  await database.storeEvents([{ ...start, attempt: 2, sequence: events.length + 1 }])
  expect(await first).toEqual([202, undefined])
  expect((await resume(url))[0]).toBe(409)
})

test.each([0, -1, 1.5, '3', [2]])('epochs %j is refused before any command starts', async (epochs) => {
  const { url } = await openDashboard(temporaryOptions({ trainerBin: '/nowhere' }))
  expect(await resume(url, { epochs })).toEqual([400, `epochs: must be a whole number of at least 1, got ${JSON.stringify(epochs)}`])
})

test('a death is recorded although the database fails at first', async () => {
  const options = optionsWithCommand(`process.stderr.write('out of memory\\n'); process.exitCode = 1`)
  const database = await openTrainerDatabase(options)
  let failures = 0
  const failing: Database = {
    ...database,
    markEnded: async (...words) => {
      if (failures++ < 2) throw new Error('database is locked')
      return database.markEnded(...words)
    },
  }
  const hub = { refresh: async () => undefined, find: () => undefined }
  const launcher = new Launcher({ options, database: failing, url: 'http://127.0.0.1:1', hub })
  const { id } = await launcher.start(parseRunConfig(registryNames, { dataset: 'synthetic-digits' }))
  await eventually(async () => expect(await database.findRun(id)).toMatchObject({ state: 'failed', error: 'out of memory' }))
  expect(failures).toBe(3)
  launcher.close()
})

test('a queued run that no process is starting has failed after a minute; one that a process loads data for has not', async () => {
  const options = temporaryOptions()
  const database = await openTrainerDatabase(options)
  const queue = (id: string, ageMs: number) =>
    database.createRun({ id, name: id, config: configOf(sample), createdAt: Date.now() - ageMs, state: 'queued' })
  await queue('orphan', 61_000)
  await queue('loading', 61_000)
  await queue('young', 50_000)
  await queue('of-an-earlier-dashboard', 61_000)
  await database.setOwner('of-an-earlier-dashboard', await identifyProcess(process.ppid))
  await queue('of-a-dead-trainer', 61_000)
  await database.setOwner('of-a-dead-trainer', { ...(await identifyProcess(process.ppid)), pid: 2 ** 22 + 1 })
  await queue('elsewhere', 61_000)
  await database.setOwner('elsewhere', { pid: 1, hostname: 'another-machine', start: null })
  expect(await markDeadRuns({ database, runs: await database.listRuns(), owns: (id) => id === 'loading' })).toBe(true)
  const states = Object.fromEntries((await database.listRuns()).map(({ id, state }) => [id, state]))
  expect(states).toEqual({
    ...{ orphan: 'failed', 'of-a-dead-trainer': 'failed' },
    ...{ loading: 'queued', young: 'queued', 'of-an-earlier-dashboard': 'queued', elsewhere: 'queued' },
  })
  expect((await database.findRun('orphan'))?.error).toContain('launch the run again')
})

test('events that cannot be passed on are a line on stderr, not the end of the process', async () => {
  const rejections: unknown[] = []
  const note = (reason: unknown): number => rejections.push(reason)
  process.on('unhandledRejection', note)
  let calls = 0
  const ingest = createIngest(async () => {
    calls++
    throw new Error('database is locked')
  })
  const server = createServer().on('upgrade', ingest.handleUpgrade).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const socket = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(JSON.stringify({ type: 'hello', protocol: 1, runId: sample.runId }))
  for (const event of generateEvents(sample).slice(0, 2)) socket.send(JSON.stringify({ type: 'events', events: [event] }))
  await eventually(() => expect(calls).toBe(2))
  await new Promise(setImmediate)
  process.off('unhandledRejection', note)
  expect([rejections, socket.readyState]).toEqual([[], WebSocket.OPEN])
  socket.terminate()
  ingest.close()
  server.close()
})
