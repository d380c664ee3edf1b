// Runs real training for tests: real threads, real checkpoint files, no database.
import { registryNames } from '@lockstep/models'
import { type EventOf, parseRunConfig, type RunConfigInput, type TrainingEvent, type TrainingEventType } from '@lockstep/shared'
import { loadDataset, type TrainOptions, train } from '@lockstep/trainer'
import { makeTempDir } from './support/temp-dir.ts'

export type TestRun = { input: RunConfigInput; dataDir?: string; onEvent?: (event: TrainingEvent) => void } & Partial<
  Omit<TrainOptions, 'config' | 'dataset'>
>

/** Trains to the end (or to `signal`) and returns every event. Synthetic digits unless the config names another dataset. */
export async function trainToEnd({ input, dataDir = '/nonexistent', onEvent, ...options }: TestRun): Promise<TrainingEvent[]> {
  const config = parseRunConfig(registryNames, { dataset: 'synthetic-digits', ...input })
  const dataset = await loadDataset({ name: config.dataset, dataDir, limit: config.limit })
  const runsDir = options.runsDir ?? makeTempDir('runs')
  const events: TrainingEvent[] = []
  for await (const event of train({ runId: 'test-run', name: 'test run', ...options, runsDir, config, dataset })) {
    events.push(event)
    onEvent?.(event)
  }
  return events
}

export function eventsOf<T extends TrainingEventType>(events: readonly TrainingEvent[], type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type)
}

/** The one event of a type that a run must have. */
export function onlyEvent<T extends TrainingEventType>(events: readonly TrainingEvent[], type: T): EventOf<T> {
  const [event, ...more] = eventsOf(events, type)
  if (event === undefined || more.length > 0)
    throw new Error(`events: must hold one ${type}, got ${more.length + (event === undefined ? 0 : 1)}`)
  return event
}
