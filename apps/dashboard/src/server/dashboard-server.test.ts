import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dashboardFileName, type RunSummary } from '@lockstep/shared'
import { describe, expect, test } from 'vitest'
import { configOf, type GeneratedRun, generateEvents } from './testing/generated-run.ts'
import {
  connectBrowser,
  connectTrainer,
  eventually,
  openDashboard,
  openTrainerDatabase,
  temporaryOptions,
  upgradeStatus,
  watchRun,
} from './testing/test-dashboard.ts'

const sample: GeneratedRun = {
  ...{ runId: 'samplerun1', name: 'amber-otter-12', seed: 42, workers: 2, epochs: 2, stepsPerEpoch: 30 },
  ...{ startTime: Date.now(), stepMs: 5, classifier: true },
}

describe('connections', () => {
  test('both sockets connect after a page was served, and go on after another', async () => {
    const { url } = await openDashboard(temporaryOptions())
    const page = await fetch(url)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('Lockstep')

    const browser = connectBrowser(url)
    await connectTrainer(url, sample.runId)
    await eventually(() => expect(browser.connected).toBe(true))
    expect((await fetch(`${url}/launch`)).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 1_300)) // socket.io used to end foreign upgrades after a second.
    expect(browser.connected).toBe(true)
    expect(await upgradeStatus(url, '/ingest')).toBe(101)
  })

  test('an unknown path, a foreign origin and a foreign host are refused on both sockets', async () => {
    const { url } = await openDashboard(temporaryOptions())
    expect(await upgradeStatus(url, '/elsewhere')).toBe(404)
    for (const path of ['/ingest', '/socket.io/?EIO=4&transport=websocket']) {
      expect(await upgradeStatus(url, path, { origin: 'http://example.com' }), path).toBe(403)
      expect(await upgradeStatus(url, path, { origin: url, host: 'example.com' }), path).toBe(403)
      expect(await upgradeStatus(url, path, { origin: url }), path).toBe(101)
    }
  })

  test('a trainer that sends nonsense, or events of another run, is disconnected', async () => {
    const { url } = await openDashboard(temporaryOptions())
    const talker = await connectTrainer(url, sample.runId)
    talker.sendRaw('{"type":"events","events":[{"type":"step-completed"}]}')
    expect(await talker.closed).toBe(1008)
    const stranger = await connectTrainer(url, 'anotherrun')
    stranger.send(generateEvents(sample).slice(0, 1))
    expect(await stranger.closed).toBe(1008)
  })

  test('trainers find the dashboard by its file until it closes', async () => {
    const options = temporaryOptions()
    const dashboard = await openDashboard(options)
    const file = join(options.runsDir, dashboardFileName)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url: dashboard.url, pid: process.pid })
    await dashboard.close()
    expect(existsSync(file)).toBe(false)
  })
})

describe('live events', () => {
  test('a page has every event once and in order, whether it came over the socket or was only stored', async () => {
    const options = temporaryOptions()
    const { url } = await openDashboard(options)
    const database = await openTrainerDatabase(options)
    const events = generateEvents(sample)
    await database.storeEvents(events)
    const view = watchRun(connectBrowser(url), sample.runId)
    const trainer = await connectTrainer(url, sample.runId)
    trainer.send(events.slice(0, 10))
    trainer.send(events.slice(25, 40)) // 10 to 24 were lost on the way
    trainer.send(events.slice(30, 50)) // repeated in part
    await eventually(() => expect(view()?.run.lastSequence).toBe(events.length))
    expect(view()?.series['train/loss'].steps).toEqual(Array.from({ length: 60 }, (_, step) => step))
    expect(view()).toEqual(await database.readRunView(sample.runId))
  })

  test('what is lost between a trainer and the server is filled from the database in order', async () => {
    const options = temporaryOptions()
    const { url } = await openDashboard(options)
    const database = await openTrainerDatabase(options)
    const events = generateEvents(sample)
    await database.storeEvents(events.slice(0, 5))
    const socket = connectBrowser(url)
    const view = watchRun(socket, sample.runId)
    await eventually(() => expect(view()?.run.lastSequence).toBe(5))
    const received: number[] = []
    socket.on('run:events', (message) => received.push(...message.events.map((event) => event.sequence)))
    const trainer = await connectTrainer(url, sample.runId)
    await database.storeEvents(events)
    trainer.send(events.slice(19, 21))
    trainer.send(events.slice(20))
    await eventually(() => expect(view()?.run.state).toBe('finished'))
    expect(received).toEqual(Array.from({ length: events.length - 5 }, (_, index) => index + 6))
  })

  test('a run whose trainer has no connection appears in the list and moves', async () => {
    const options = temporaryOptions()
    const { url } = await openDashboard(options)
    const database = await openTrainerDatabase(options)
    const rows: RunSummary[] = []
    const socket = connectBrowser(url)
    socket.on('run:changed', (run) => rows.push(run))
    await eventually(() => expect(socket.connected).toBe(true))
    const events = generateEvents(sample)
    await database.storeEvents(events.slice(0, 20))
    await eventually(() => expect(rows.at(-1)).toMatchObject({ id: sample.runId, state: 'running', step: 19 }))
    await database.storeEvents(events.slice(20))
    await eventually(() => expect(rows.at(-1)).toMatchObject({ state: 'finished', step: 60 }))
    await database.deleteRun(sample.runId)
    const deleted = new Promise((resolve) => socket.once('run:deleted', resolve))
    expect(await deleted).toBe(sample.runId)
  })

  test('a restarted server shows the same runs, and a page that reconnects has missed nothing', async () => {
    const options = temporaryOptions()
    const first = await openDashboard(options)
    const database = await openTrainerDatabase(options)
    const events = generateEvents(sample)
    await database.storeEvents(events.slice(0, 30))
    const view = watchRun(connectBrowser(first.url), sample.runId)
    await eventually(() => expect(view()?.run.lastSequence).toBe(30))
    const before = await (await fetch(`${first.url}/api/runs`)).json()
    await first.close()

    const again = await openDashboard({ ...options, port: Number(new URL(first.url).port) })
    expect(again.url).toBe(first.url)
    expect(await (await fetch(`${again.url}/api/runs`)).json()).toEqual(before)
    await database.storeEvents(events.slice(30))
    await eventually(() => expect(view()?.run.lastSequence).toBe(events.length))
    expect(view()).toEqual(await database.readRunView(sample.runId))
  })

  test('watching a run that does not exist is answered with one line', async () => {
    const { url } = await openDashboard(temporaryOptions())
    const socket = connectBrowser(url)
    const answer = await socket.emitWithAck('run:watch', { runId: 'nosuchrun1', afterSequence: 0 })
    expect(answer).toEqual({ error: 'run: no run has the id nosuchrun1' })
  })

  test('a run whose process is gone is shown as crashed', async () => {
    const options = temporaryOptions()
    const { url } = await openDashboard(options)
    const database = await openTrainerDatabase(options)
    const [started, ...steps] = generateEvents({ ...sample, startTime: Date.now() - 60_000 }).slice(0, 10)
    if (started.type !== 'run-started') throw new TypeError('the first event must be run-started')
    await database.storeEvents([{ ...started, host: { ...started.host, pid: 2 ** 22 + 1 } }, ...steps])
    const view = watchRun(connectBrowser(url), sample.runId)
    await eventually(() => expect(view()?.run).toMatchObject({ state: 'crashed', step: 9 }))
  })
})

test('the queued row of a run becomes its running row', async () => {
  const options = temporaryOptions()
  const database = await openTrainerDatabase(options)
  await database.createRun({ id: sample.runId, name: sample.name, config: configOf(sample), createdAt: Date.now(), state: 'queued' })
  const { url } = await openDashboard(options)
  const view = watchRun(connectBrowser(url), sample.runId)
  await eventually(() => expect(view()?.run.state).toBe('queued'))
  await database.storeEvents(generateEvents(sample).slice(0, 3))
  await eventually(() => expect(view()?.run).toMatchObject({ state: 'running', step: 2 }))
})
