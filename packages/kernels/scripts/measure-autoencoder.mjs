// Times forward + backward of the report's autoencoder on one core, per kernel set and batch, with a table of where
// the time goes. Usage, after a build: node scripts/measure-autoencoder.mjs [set …]
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import { kernelSets, registerKernels } from '../dist/index.js'

const POOL = [2, 2]
const MEASURE_MS = 3000

await tf.setBackend('wasm')
const run = (name, inputs, attrs) => tf.engine().runKernel(name, inputs, attrs)

const poolWithPositions = (x) => {
  let positions
  const pooled = tf.customGrad((input, save) => {
    const [value, where] = run('MaxPoolWithPositions', { x: input }, { poolSize: POOL })
    positions = tf.keep(where)
    save([where])
    const outputShape = input.shape
    return { value, gradFunc: (dy, [saved]) => run('MaxUnpool', { x: dy, positions: saved }, { poolSize: POOL, outputShape }) }
  })(x)
  return [pooled, positions]
}

const unpool = (x, positions, outputShape) =>
  tf.customGrad((input, save) => {
    save([positions])
    const value = run('MaxUnpool', { x: input, positions }, { poolSize: POOL, outputShape })
    return { value, gradFunc: (dy, [saved]) => run('MaxUnpoolGrad', { dy, positions: saved }, { poolSize: POOL }) }
  })(x)

const shapes = {
  enc1: [3, 3, 1, 32],
  enc1Bias: [32],
  enc2: [3, 3, 32, 16],
  enc2Bias: [16],
  fc1: [784, 80],
  fc1Bias: [80],
  fc2: [80, 49],
  fc2Bias: [49],
  fc3: [49, 80],
  fc3Bias: [80],
  fc4: [80, 784],
  fc4Bias: [784],
  dec2: [3, 3, 32, 16],
  dec2Bias: [32],
  dec1: [3, 3, 1, 32],
  dec1Bias: [1],
}

function loss(x, p) {
  const batch = x.shape[0]
  const [pooled1, positions1] = poolWithPositions(tf.tanh(tf.add(tf.conv2d(x, p.enc1, 1, 'same'), p.enc1Bias)))
  const [pooled2, positions2] = poolWithPositions(tf.tanh(tf.add(tf.conv2d(pooled1, p.enc2, 1, 'same'), p.enc2Bias)))
  const hidden = tf.tanh(tf.add(tf.matMul(tf.reshape(pooled2, [batch, 784]), p.fc1), p.fc1Bias))
  const code = tf.add(tf.matMul(hidden, p.fc2), p.fc2Bias)
  const back = tf.tanh(tf.add(tf.matMul(code, p.fc3), p.fc3Bias))
  const image = tf.reshape(tf.add(tf.matMul(back, p.fc4), p.fc4Bias), [batch, 7, 7, 16])
  const up2 = tf.tanh(unpool(image, positions2, [batch, 14, 14, 16]))
  const y2 = tf.add(tf.conv2dTranspose(up2, p.dec2, [batch, 14, 14, 32], 1, 'same'), p.dec2Bias)
  const up1 = tf.tanh(unpool(y2, positions1, [batch, 28, 28, 32]))
  const y = tf.relu(tf.add(tf.conv2dTranspose(up1, p.dec1, [batch, 28, 28, 1], 1, 'same'), p.dec1Bias))
  positions1.dispose()
  positions2.dispose()
  return tf.sum(tf.square(tf.sub(y, x)))
}

function instrument() {
  const spent = new Map()
  for (const config of tf.getKernelsForBackend('wasm')) {
    const timed = (call) => {
      const start = performance.now()
      const result = config.kernelFunc(call)
      const entry = spent.get(config.kernelName) ?? { calls: 0, ms: 0 }
      spent.set(config.kernelName, { calls: entry.calls + 1, ms: entry.ms + performance.now() - start })
      return result
    }
    tf.unregisterKernel(config.kernelName, 'wasm')
    tf.registerKernel({ ...config, kernelFunc: timed })
  }
  return {
    spent,
    remove: () => {
      for (const { kernelName } of tf.getKernelsForBackend('wasm')) tf.unregisterKernel(kernelName, 'wasm')
      for (const config of original) tf.registerKernel(config)
    },
  }
}

const uniform = (shape, seed, low, high) => tf.randomUniform(shape, low, high, 'float32', seed)
const variables = Object.entries(shapes).map(([name, shape], i) => tf.variable(uniform(shape, i + 1, -0.1, 0.1), true, name))
const parameters = Object.fromEntries(variables.map((variable) => [variable.name, variable]))

function step(x) {
  const { value, grads } = tf.variableGrads(() => loss(x, parameters), variables)
  tf.dispose([value, grads])
}

let original = tf.getKernelsForBackend('wasm')
for (const set of process.argv.length > 2 ? process.argv.slice(2) : kernelSets) {
  await registerKernels(set)
  original = tf.getKernelsForBackend('wasm')
  for (const batch of [10, 50]) {
    const x = uniform([batch, 28, 28, 1], 99, 0, 1)
    for (let i = 0; i < (set === 'scalar' ? 1 : 60); i++) step(x)
    const times = []
    for (const start = performance.now(); performance.now() - start < MEASURE_MS; ) {
      const before = performance.now()
      step(x)
      times.push(performance.now() - before)
    }
    times.sort((a, b) => a - b)
    const median = times[times.length >> 1]
    console.log(
      `\n${set}, ${batch} images: ${median.toFixed(2)} ms, ${((1000 * batch) / median).toFixed(0)} images/s (median of ${times.length})`,
    )
    const steps = set === 'scalar' ? 2 : 100
    const { spent, remove } = instrument()
    const start = performance.now()
    for (let i = 0; i < steps; i++) step(x)
    const instrumented = (performance.now() - start) / steps
    remove()
    let total = 0
    for (const [name, { calls, ms }] of [...spent].sort((a, b) => b[1].ms - a[1].ms)) {
      total += ms / steps
      console.log(`  ${name.padEnd(24)} ${String(calls / steps).padStart(4)} calls ${(ms / steps).toFixed(3).padStart(8)} ms`)
    }
    console.log(`  ${'outside kernels'.padEnd(24)}            ${(instrumented - total).toFixed(3).padStart(8)} ms`)
    x.dispose()
  }
}
