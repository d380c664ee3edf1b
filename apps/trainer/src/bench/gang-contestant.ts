// The process behind one worker count: a real gang over real data, told by its parent how many steps to train.
import { initialiseParameters } from '@lockstep/models'
import { Gang } from '../cluster/gang.ts'
import type { StepReport } from '../cluster/step-report.ts'
import { loadDataset } from '../data/load-dataset.ts'
import { writeOrder } from '../training/order.ts'
import { peakMemoryBytes } from '../training/peak-memory.ts'
import { planRun } from '../training/run-plan.ts'
import type { BenchJob } from './bench-job.ts'
import { serveSteps } from './serve-steps.ts'

async function main({ config, dataDir }: BenchJob): Promise<void> {
  const dataset = await loadDataset({ name: config.dataset, dataDir, limit: config.limit })
  const plan = planRun(config, dataset)
  let reports: StepReport[] = []
  const gang = await Gang.start({
    config,
    plan: plan.steps,
    sizes: plan.sizes,
    train: dataset.train,
    test: dataset.test,
    image: dataset.input,
    classes: dataset.input.classes,
    onStep: (report) => reports.push(report),
    onRestart: (error) => {
      throw new Error(`bench: every rank must live, got ${error.message}`, { cause: error })
    },
  })
  const parameters = initialiseParameters(plan.specs, config.seed)
  gang.restore({ step: 0, parameters, slots: plan.slots.map(() => new Float32Array(parameters.length)) })
  writeOrder(gang.shared.order, config, plan.steps.trainExamples, 0)
  await serveSteps(async (steps) => {
    reports = []
    const reason = await gang.trainUntil(gang.committedStep + steps)
    if (reason === 'non-finite')
      throw new Error('bench: loss and gradient must stay finite, got a step whose are not; try a lower learning rate')
    return { ...summarise(reports), peakMemoryBytes: peakMemoryBytes() }
  })
  await gang.close()
}

function summarise(reports: readonly StepReport[]) {
  const ranks = reports.flatMap((report) => report.ranks)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    examples: sum(reports.map(({ examples }) => examples)),
    stepMs: reports.map(({ durationMs }) => durationMs),
    phasesMs: {
      gradient: sum(ranks.map(({ gradientMs }) => gradientMs)),
      data: sum(ranks.map(({ dataMs }) => dataMs)),
      wait: sum(ranks.map(({ waitMs }) => waitMs)),
      reduce: sum(ranks.map(({ reduceMs }) => reduceMs)),
      update: sum(ranks.map(({ updateMs }) => updateMs)),
    },
  }
}

await main(JSON.parse(process.argv[2]) as BenchJob)
