import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import type { RunSummary } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { type GeneratedRun, generateEvents } from './testing/generated-run.ts'
import { eventually, openDashboard, openTrainerDatabase, temporaryOptions } from './testing/test-dashboard.ts'

const sample: GeneratedRun = {
  ...{ runId: 'samplerun1', name: 'amber-otter-12', seed: 42, workers: 2, epochs: 1, stepsPerEpoch: 20 },
  ...{ startTime: Date.now(), stepMs: 5 },
}

function post(url: string, body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
}

test('runs, one run and its series are what the database has', async () => {
  const options = temporaryOptions()
  const { url } = await openDashboard(options)
  const database = await openTrainerDatabase(options)
  await database.storeEvents(generateEvents(sample))
  expect(await (await fetch(`${url}/api/runs`)).json()).toEqual(await database.listRuns())
  expect(await (await fetch(`${url}/api/runs/samplerun1`)).json()).toEqual(await database.readRunView('samplerun1'))
  const series = await (await fetch(`${url}/api/series?runs=samplerun1&keys=train/loss,epoch/loss`)).json()
  expect(series.samplerun1).toEqual(await database.readSeries('samplerun1', ['train/loss', 'epoch/loss']))
  expect(series.samplerun1['train/loss'].values).toHaveLength(20)
})

test('what is asked wrongly is refused with one line', async () => {
  const { url } = await openDashboard(temporaryOptions())
  const refused = async (response: Response) => [response.status, (await response.json()).error]
  expect(await refused(await post(`${url}/api/runs`, { epochs: -1 }))).toEqual([400, 'epochs: must be at least 1, got -1'])
  const [status, message] = await refused(await post(`${url}/api/runs`, { model: 'unknown' }))
  expect([status, message]).toEqual([400, expect.stringContaining('conv-autoencoder')])
  const unfit = await refused(await post(`${url}/api/runs`, { model: 'conv-autoencoder', loss: 'softmax-cross-entropy' }))
  expect(unfit).toEqual([400, expect.stringContaining('loss:')])
  expect((await refused(await post(`${url}/api/runs`, {}, { 'content-type': 'text/plain' })))[0]).toBe(415)
  expect((await refused(await fetch(`${url}/api/runs/nosuchrun1`)))[0]).toBe(404)
  expect((await refused(await post(`${url}/api/runs/nosuchrun1/stop`, {})))[0]).toBe(404)
  expect((await refused(await fetch(`${url}/api/nothing`)))[0]).toBe(404)
  expect((await refused(await fetch(`${url}/api/runs`, { method: 'DELETE' })))[0]).toBe(405)
  expect((await refused(await fetch(`${url}/api/series?runs=a`)))[0]).toBe(400)
})

test('pages of other origins and other host names are refused', async () => {
  const { url } = await openDashboard(temporaryOptions())
  const foreign = { 'content-type': 'application/json', origin: 'http://example.com' }
  expect((await post(`${url}/api/runs`, {}, foreign)).status).toBe(403)
  expect((await post(`${url}/api/runs/x/stop`, {}, { 'content-type': 'application/json', origin: 'null' })).status).toBe(403)
  expect(await statusForHost(url, 'rebound.example.com')).toBe(403)
  expect(await statusForHost(url, `localhost:${new URL(url).port}`)).toBe(200)
})

test('a run that has ended cannot be stopped, and says so', async () => {
  const options = temporaryOptions()
  const { url } = await openDashboard(options)
  await (await openTrainerDatabase(options)).storeEvents(generateEvents(sample))
  const answer = await post(`${url}/api/runs/samplerun1/stop`, {})
  expect(answer.status).toBe(409)
  expect(await answer.json()).toEqual({ error: 'run: must be running to be stopped, got finished' })
})

test('a trainer that dies before its run has started leaves a failed run with its last words', async () => {
  const options = temporaryOptions()
  const bin = join(options.runsDir, 'dies.mjs')
  writeFileSync(bin, `process.stderr.write('starting\\n\\u001b[31mmnist: images not found\\u001b[0m\\n'); process.exitCode = 2\n`)
  const { url } = await openDashboard({ ...options, trainerBin: bin })
  const answer = await post(`${url}/api/runs`, { limit: 100, name: 'short' })
  expect(answer.status).toBe(201)
  const { id } = (await answer.json()) as RunSummary
  const database = await openTrainerDatabase(options)
  await eventually(async () =>
    expect(await database.findRun(id)).toMatchObject({ name: 'short', state: 'failed', error: 'mnist: images not found' }),
  )
})

test('a missing trainer command is one clear line and no run stays queued', async () => {
  const options = temporaryOptions({ trainerBin: '/nowhere/lockstep.js' })
  const { url } = await openDashboard(options)
  const answer = await post(`${url}/api/runs`, {})
  expect(answer.status).toBe(400)
  expect((await answer.json()).error).toContain('/nowhere/lockstep.js')
  expect(await (await fetch(`${url}/api/runs`)).json()).toEqual([])
})

function statusForHost(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/api/runs`, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
