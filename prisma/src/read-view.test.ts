import { foldEvent } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { summaryOfNewRun } from './run-row.ts'
import { foldAll, sampleConfig, sampleEvents } from './testing/sample-run.ts'
import { temporaryDatabase } from './testing/temporary-database.ts'

const newRun = { id: 'run-1', name: 'mine', config: sampleConfig, createdAt: 1000, state: 'queued' as const }

test('at every moment of a run with a resume, the view read equals the view folded', async () => {
  const database = await temporaryDatabase()
  await database.createRun(newRun)
  const events = sampleEvents('run-1')
  const moments = new Set([0, 1, 2, 20, 33, 57, 58, 59, 61, 75, 84, 100, events.length])
  for (let stored = 0; stored <= events.length; stored++) {
    if (stored > 0) await database.storeEvents([events[stored - 1]])
    if (!moments.has(stored)) continue
    expect(await database.readRunView('run-1'), `after ${stored} events`).toEqual(foldAll(summaryOfNewRun(newRun), events.slice(0, stored)))
  }
  expect(events.filter(({ type }) => type === 'run-started').map(({ sequence }) => sequence)).toEqual([1, 60])
})

test('a view goes on from its snapshot as if it had seen every event', async () => {
  const database = await temporaryDatabase()
  await database.createRun(newRun)
  const events = sampleEvents('run-1')
  await database.storeEvents(events.slice(0, 70))
  const view = await database.readRunView('run-1')
  await database.storeEvents(events.slice(70))
  const missed = await database.readEvents('run-1', view?.run.lastSequence ?? 0, 1000)
  expect(view && missed.reduce(foldEvent, view)).toEqual(await database.readRunView('run-1'))
})

test('a series longer than one chunk is read whole and in order', async () => {
  const database = await temporaryDatabase()
  const [start, step] = sampleEvents('run-1')
  if (step.type !== 'step-completed') throw new Error(`expected a step, got ${step.type}`)
  const steps = Array.from({ length: 25_001 }, (_, index) => ({ ...step, step: index, sequence: index + 2, loss: index / 3 }))
  await database.storeEvents([start, ...steps])
  const series = (await database.readRunView('run-1'))?.series['train/loss']
  expect(series?.steps).toEqual(steps.map(({ step }) => step))
  expect(series?.values).toEqual(steps.map(({ loss }) => loss))
})

test('a run that is not there has no view', async () => {
  const database = await temporaryDatabase()
  expect(await database.readRunView('nobody')).toBeNull()
})
