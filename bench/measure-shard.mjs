// Times what a rank does with one shard, on one core: parameters in, batch in, gradient out; then each kernel's part.
// Usage, after a build: node bench/measure-shard.mjs [--images N] [--seconds N] [set …]
import { parseArgs } from 'node:util'
import { kernelSets } from '@lockstep/kernels'
import { initialiseParameters, losses, models, parameterCount } from '@lockstep/models'
import { openEngine } from '@lockstep/trainer'
import * as tf from '@tensorflow/tfjs-core'

const { values: flags, positionals } = parseArgs({
  options: { images: { type: 'string', default: '10' }, seconds: { type: 'string', default: '3' } },
  allowPositionals: true,
})
const count = Number(flags.images)
const measureMs = 1000 * Number(flags.seconds)

const model = models['conv-autoencoder']
const image = { height: 28, width: 28, channels: 1 }
const specs = model.parameters({ ...image, classes: 10 })
const parameters = initialiseParameters(specs, 42)
const gradient = new Float32Array(parameterCount(specs))
// Digits are mostly background: a soft disc, moved from picture to picture.
const images = Uint8Array.from({ length: count * 784 }, (_, i) => {
  const [n, y, x] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28]
  const distance = Math.hypot(y - 12 - (n % 5), x - 11 - (n % 7))
  return distance < 8 ? Math.round(255 * (1 - distance / 8)) : 0
})
const source = { images, labels: new Uint8Array(count) }

function stepOf(engine) {
  return () => {
    engine.loadParameters(parameters)
    engine.loadBatch(source, { first: 0, count })
    engine.computeGradient(gradient)
  }
}

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(share * values.length)]

/** Calls and median time of each kernel in a step, most expensive first, and of what is outside them. */
function profile(step, steps) {
  const spent = new Map()
  const originals = tf.getKernelsForBackend('wasm')
  for (const config of originals) {
    const kernelFunc = (call) => {
      const start = performance.now()
      const result = config.kernelFunc(call)
      const entry = spent.get(config.kernelName) ?? { calls: 0, ms: 0 }
      spent.set(config.kernelName, { calls: entry.calls + 1, ms: entry.ms + performance.now() - start })
      return result
    }
    tf.unregisterKernel(config.kernelName, 'wasm')
    tf.registerKernel({ ...config, kernelFunc })
  }
  const rows = new Map([['outside kernels', { calls: 0, ms: [] }]])
  for (let i = 0; i < steps; i++) {
    spent.clear()
    const start = performance.now()
    step()
    let outside = performance.now() - start
    for (const [name, { calls, ms }] of spent) {
      const row = rows.get(name) ?? { calls, ms: [] }
      row.ms.push(ms)
      rows.set(name, row)
      outside -= ms
    }
    rows.get('outside kernels').ms.push(outside)
  }
  for (const config of originals) {
    tf.unregisterKernel(config.kernelName, 'wasm')
    tf.registerKernel(config)
  }
  return [...rows].map(([name, { calls, ms }]) => ({ name, calls, ms: quantile(ms, 0.5) })).sort((a, b) => b.ms - a.ms)
}

function measure(step) {
  const times = []
  for (const start = performance.now(); performance.now() - start < measureMs; ) {
    const before = performance.now()
    step()
    times.push(performance.now() - before)
  }
  return times
}

for (const set of positionals.length > 0 ? positionals : kernelSets) {
  const engine = await openEngine('wasm', { model, loss: losses['mean-squared-error'], image, classes: 10, kernels: set })
  const step = stepOf(engine)
  for (let i = 0; i < (set === 'scalar' ? 1 : 200); i++) step()
  const times = measure(step)
  const [least, tenth, median] = [0, 0.1, 0.5].map((share) => quantile(times, share))
  const rate = (1000 * count) / median
  console.log(
    `${set}, ${count} images: ${median.toFixed(2)} ms, ${rate.toFixed(0)} images/s (median of ${times.length}; tenth ${tenth.toFixed(2)}, least ${least.toFixed(2)})`,
  )
  for (const { name, calls, ms } of profile(step, set === 'scalar' ? 1 : 200)) {
    console.log(`  ${name.padEnd(28)} ${(calls === 0 ? '' : `${calls} calls`).padStart(9)} ${ms.toFixed(3).padStart(8)} ms`)
  }
  engine.close()
}
