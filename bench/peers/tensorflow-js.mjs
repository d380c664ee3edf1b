// The report's autoencoder on a TensorFlow.js backend, one thread, no gang: `tensorflow-js.mjs ENGINE JOB`. Without a job it only
// finds out whether the engine works here.
import { readFile } from 'node:fs/promises'
import { initialiseParameters, losses, models, optimizers } from '@lockstep/models'
import { openEngine, serveSteps } from '@lockstep/trainer'

const image = { height: 28, width: 28, channels: 1 }
const classes = 10
const seed = 42
const hyperparameters = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }
const model = models['conv-autoencoder']
// libtensorflow would otherwise start a thread per core.
process.env.TF_NUM_INTRAOP_THREADS = '1'
process.env.TF_NUM_INTEROP_THREADS = '1'

function createTrainer(engine, images, { examples, batchSize, learningRate }) {
  const source = { images, labels: new Uint8Array(examples) }
  let parameters = initialiseParameters(model.parameters({ ...image, classes }), seed)
  const gradients = new Float32Array(parameters.length)
  let slots = optimizers.adam.slots(hyperparameters).map(() => new Float32Array(parameters.length))
  let step = 0
  return () => {
    const first = (step * batchSize) % (examples - batchSize + 1)
    engine.loadParameters(parameters)
    engine.loadBatch(source, { first, count: batchSize })
    engine.computeGradient(gradients)
    const newParameters = new Float32Array(parameters.length)
    const newSlots = slots.map((slot) => new Float32Array(slot.length))
    const range = { from: 0, to: parameters.length, step: step++, learningRate, gradientScale: 1 / batchSize, config: hyperparameters }
    optimizers.adam.update({ parameters, newParameters, gradients, slots, newSlots, ...range })
    parameters = newParameters
    slots = newSlots
  }
}

async function main([engineName, job]) {
  const loss = losses['mean-squared-error']
  const engine = await openEngine(engineName, { model, loss, image, classes, kernels: 'none' })
  if (job === undefined) return
  const given = JSON.parse(job)
  const trainStep = createTrainer(engine, await readFile(given.imagesPath), given)
  await serveSteps(async (steps) => {
    const stepMs = Array.from({ length: steps }, () => {
      const start = performance.now()
      trainStep()
      return performance.now() - start
    })
    return { examples: steps * given.batchSize, stepMs }
  })
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
