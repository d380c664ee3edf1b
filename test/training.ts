// Runs real training for tests: real threads, real checkpoint files, no database.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registryNames } from '@lockstep/models'
import { type EventOf, parseRunConfig, type RunConfigInput, type TrainingEvent, type TrainingEventType } from '@lockstep/shared'
import { loadDataset, type TrainOptions, train } from '@lockstep/trainer'
import { onTestFinished } from 'vitest'

/** A directory that is removed when the test ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

export type TestRun = { input: RunConfigInput; dataDir?: string } & Partial<Omit<TrainOptions, 'config' | 'dataset'>>

/** Trains to the end (or to `signal`) and returns every event. Synthetic digits unless the config names another dataset. */
export async function trainToEnd({ input, dataDir = '/nonexistent', ...options }: TestRun): Promise<TrainingEvent[]> {
  const config = parseRunConfig(registryNames, { dataset: 'synthetic-digits', ...input })
  const dataset = await loadDataset({ name: config.dataset, dataDir, limit: config.limit })
  const runsDir = options.runsDir ?? (await temporaryDirectory())
  const events: TrainingEvent[] = []
  for await (const event of train({ runId: 'test-run', name: 'test run', ...options, runsDir, config, dataset })) events.push(event)
  return events
}

export function eventsOf<T extends TrainingEventType>(events: readonly TrainingEvent[], type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type)
}

/** The one event of a type that a run must have. */
export function onlyEvent<T extends TrainingEventType>(events: readonly TrainingEvent[], type: T): EventOf<T> {
  const [event, ...more] = eventsOf(events, type)
  if (event === undefined || more.length > 0) throw new Error(`events: must hold one ${type}, got ${more.length + (event === undefined ? 0 : 1)}`)
  return event
}
