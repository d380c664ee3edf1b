import type { RunSummary, RunView } from '@lockstep/shared'
import { formatBytes, formatCount, formatDuration, formatLoss, formatValue } from '../format.ts'

export interface ComparedRow {
  name: string
  /** One text per run, in the order of the runs. */
  values: string[]
  differs: boolean
  /** Written in the type of code. */
  code?: boolean
}

/** Said in the results as what was used; the config's `auto` beside it would be a second row of the same name. */
const saidInResults = ['name', 'kernels']

/** One row per config field that any of the runs has, but for those of which the results tell. */
export function compareConfigs(views: readonly RunView[]): ComparedRow[] {
  const keys = new Set(views.flatMap(({ run }) => Object.keys(run.config)))
  for (const key of saidInResults) keys.delete(key)
  return [...keys].map((key) =>
    row(
      key,
      views.map((view) => formatValue(key === 'dataset' ? datasetOf(view) : view.run.config[key])),
    ),
  )
}

/** The dataset that was used: the config's `auto` says nothing of it. */
function datasetOf({ datasetFacts, run }: RunView): unknown {
  return datasetFacts?.name ?? run.config.dataset
}

/** What came of the runs. */
export function compareResults(views: readonly RunView[]): ComparedRow[] {
  return [
    row(
      'state',
      views.map(({ run }) => run.state),
    ),
    row(
      'steps',
      views.map(({ run }) => formatCount(run.step)),
    ),
    row(
      'last step’s loss',
      views.map(({ run }) => formatLoss(run.loss)),
    ),
    row(
      'last epoch’s loss',
      views.map(({ epochs }) => formatLoss(epochs.at(-1)?.loss ?? null)),
    ),
    row(
      'validation loss',
      views.map(({ epochs }) => formatLoss(epochs.at(-1)?.validationLoss ?? null)),
    ),
    row(
      'test accuracy',
      views.map(({ series }) => accuracyText(series['test/accuracy']?.values.at(-1))),
    ),
    row(
      'images/s',
      views.map(({ epochs, run }) => formatCount(epochs.at(-1)?.examplesPerSecond ?? run.examplesPerSecond)),
    ),
    row(
      'took',
      views.map(({ run }) => tookText(run)),
    ),
    hashRow(views),
    row(
      'kernels',
      views.map(({ run }) => run.kernels),
    ),
    row(
      'processor',
      views.map(({ host }) => host?.cpu ?? '–'),
    ),
    row(
      'memory',
      views.map(({ host }) => (host ? formatBytes(host.memoryBytes) : '–')),
    ),
  ]
}

function hashRow(views: readonly RunView[]): ComparedRow {
  const hashes = views.map(({ result, epochs }) => (result?.parametersSha256 ?? epochs.at(-1)?.parametersSha256 ?? '–').slice(0, 12))
  return { ...row('parameters SHA-256', hashes), code: true }
}

/** The row keeps the times of the newest attempt alone. */
function tookText({ startedAt, endedAt, attempt }: RunSummary): string {
  if (startedAt === null || endedAt === null) return '–'
  return `${formatDuration(endedAt - startedAt)}${attempt > 1 ? ' (last attempt)' : ''}`
}

function accuracyText(value: number | string | undefined): string {
  return value === undefined ? '–' : `${(100 * Number(value)).toFixed(2)} %`
}

function row(name: string, values: string[]): ComparedRow {
  return { name, values, differs: new Set(values).size > 1 }
}
