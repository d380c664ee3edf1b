import { models, registryNames } from '@lockstep/models'
import { accuracyOf, classReports, countConfusion, parseRunConfig, UserError } from '@lockstep/shared'
import { type Command, Option } from 'commander'
import { decodeCheckpoint } from '../checkpoints/checkpoint.ts'
import { Gang } from '../cluster/gang.ts'
import type { LoadedDataset } from '../data/dataset.ts'
import { loadDataset } from '../data/load-dataset.ts'
import { planRun } from '../training/run-plan.ts'
import { type PlaceOptions, readPlaces } from './environment.ts'
import { exitCode } from './exit-codes.ts'
import { requireRun } from './find-run.ts'
import { addPlaceOptions } from './place-options.ts'
import { withRecordsOf } from './recorded.ts'
import { type CheckpointChoice, checkpointChoices, readSoundCheckpoint } from './sound-checkpoint.ts'

interface EvaluateFlags extends PlaceOptions {
  checkpoint: CheckpointChoice
  dataset?: string
  json?: boolean
}

interface EvaluationReport {
  checkpoint: string
  dataset: string
  examples: number
  loss: number
  accuracy: number | null
  labels: readonly string[]
  /** counts[actual][predicted]; null for models that do not classify. */
  counts: number[][] | null
}

export function addEvaluateCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('evaluate')
    .argument('<run>', 'id or name')
    .summary('measure a recorded model on the test split')
    .description(
      'Loads a checkpoint of the run and computes its test loss; for classifiers also accuracy, precision, recall, F1 and the confusion matrix.',
    )
    .addOption(new Option('--checkpoint <which>', 'which checkpoint').choices([...checkpointChoices]).default('best'))
    .option('--dataset <name>', "another dataset than the run's own")
    .option('--json', 'the result as one JSON object on stdout')
  addPlaceOptions(command).action(async (run: string, flags: EvaluateFlags) => setExitCode(await evaluateCommand(run, flags)))
}

async function evaluateCommand(idOrName: string, flags: EvaluateFlags): Promise<number> {
  const places = readPlaces(flags)
  return withRecordsOf(places, idOrName, async (database) => {
    const run = await requireRun(database, idOrName)
    const file = await readSoundCheckpoint(database, run, { runsDir: places.runsDir, choice: flags.checkpoint })
    const dataset = await loadDataset({ name: flags.dataset ?? file.facts.dataset, dataDir: places.dataDir })
    const report = await evaluateCheckpoint(run.config, file, dataset)
    process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : readable(report))
    return exitCode.finished
  })
}

async function evaluateCheckpoint(
  rawConfig: unknown,
  file: { path: string; bytes: Uint8Array },
  dataset: LoadedDataset,
): Promise<EvaluationReport> {
  const config = parseRunConfig(registryNames, rawConfig)
  const plan = planRun({ ...config, limit: null }, dataset)
  const { state } = decodeCheckpoint(file.bytes, models[config.model as keyof typeof models].parameters(dataset.input), file.path)
  const gang = await Gang.start({
    config,
    plan: plan.steps,
    sizes: plan.sizes,
    train: dataset.train,
    test: dataset.test,
    image: dataset.input,
    classes: dataset.input.classes,
    onStep: () => undefined,
    onRestart: (error) => {
      throw new UserError(`evaluate: every rank must live, got ${error.message}`, { cause: error })
    },
  })
  try {
    gang.restore(state)
    const { lossSum, predictions } = await gang.evaluate('test', 0, dataset.test.count)
    const counts = plan.task === 'classification' ? countConfusion(dataset.test.labels, predictions, dataset.input.classes) : null
    return {
      checkpoint: file.path,
      dataset: dataset.name,
      examples: dataset.test.count,
      loss: lossSum / dataset.test.count,
      accuracy: counts === null ? null : accuracyOf(counts),
      labels: dataset.labels,
      counts,
    }
  } finally {
    await gang.close()
  }
}

function readable({ checkpoint, dataset, examples, loss, accuracy, labels, counts }: EvaluationReport): string {
  const lines = [
    `${checkpoint}`,
    `${dataset} test split, ${examples} images: loss ${loss.toPrecision(5)}${accuracy === null ? '' : `, accuracy ${(100 * accuracy).toFixed(2)} %`}`,
  ]
  if (counts !== null) lines.push('', ...classTable(counts, labels), '', ...matrixTable(counts, labels))
  return `${lines.join('\n')}\n`
}

function classTable(counts: number[][], labels: readonly string[]): string[] {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`.padStart(10)
  const rows = classReports(counts, labels).map(
    ({ label, precision, recall, f1, support }) =>
      label.padEnd(14) + percent(precision) + percent(recall) + percent(f1) + String(support).padStart(9),
  )
  return ['class'.padEnd(14) + ['precision', 'recall', 'F1'].map((head) => head.padStart(10)).join('') + 'support'.padStart(9), ...rows]
}

function matrixTable(counts: number[][], labels: readonly string[]): string[] {
  const width = Math.max(...labels.map((label) => label.length), 5) + 1
  const head = 'actual \\ predicted'.padEnd(20) + labels.map((label) => label.padStart(width)).join('')
  return [head, ...counts.map((row, actual) => labels[actual].padEnd(20) + row.map((count) => String(count).padStart(width)).join(''))]
}
