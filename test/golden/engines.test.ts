// One suite over every engine: what a rank computes is PyTorch's, tensor by tensor, and what the cluster relies on holds.
import { type KernelSet, kernelSets } from '@lockstep/kernels'
import { type Loss, losses, type Model, models, parameterCount, sizeOfShape } from '@lockstep/models'
import { messageOf, type RunConfig } from '@lockstep/shared'
import { type Engine, type EngineOptions, openEngine } from '@lockstep/trainer'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GoldenCase, goldenCaseNames, readGoldenCase, tensorOf } from './fixtures.ts'

// As in gradients.test.ts: float32 roundings through eight layers, as a share of the tensor's largest value.
const relativeTolerance = 2e-5

interface EngineChoice {
  title: string
  name: RunConfig['engine']
  kernels: KernelSet
  /** What the engine says that it computes with. */
  recorded: string
}

function optionsOf(golden: GoldenCase, kernels: KernelSet): EngineOptions {
  const model: Model = models[golden.model]
  const loss = Object.values<Loss>(losses).find(({ task }) => task === model.task) as Loss
  const [, height, width, channels] = tensorOf(golden, 'images').shape
  return { model, loss, image: { height, width, channels }, classes: golden.classes, kernels }
}

/** Why the native engine cannot be had here; null where it can. */
async function nativeRefusal(): Promise<string | null> {
  try {
    const engine = await openEngine('native', optionsOf(readGoldenCase(goldenCaseNames[0]), 'simd'))
    engine.close()
    return null
  } catch (error) {
    return messageOf(error)
  }
}

const refusal = await nativeRefusal()
const choices: EngineChoice[] = [
  ...kernelSets.map((kernels): EngineChoice => ({ title: `wasm, ${kernels} kernels`, name: 'wasm', kernels, recorded: kernels })),
  refusal === null
    ? { title: 'native', name: 'native', kernels: 'simd', recorded: 'libtensorflow' }
    : { title: 'cpu, in place of native, which cannot be loaded here', name: 'cpu', kernels: 'simd', recorded: 'tfjs-cpu' },
]

function sourceOf(golden: GoldenCase) {
  const images = Uint8Array.from(tensorOf(golden, 'images').values, (value) => Math.round(value * 255))
  const labels = Uint8Array.from(tensorOf(golden, 'labels').values)
  return { images, labels }
}

/** Largest difference as a share of the largest expected value; NaN if any is. */
function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let largest = 0
  let worst = 0
  for (let i = 0; i < want.length; i++) {
    largest = Math.max(largest, Math.abs(want[i]))
    worst = Math.max(worst, Math.abs(got[i] - want[i]))
  }
  return worst / largest
}

function largestIndexes(values: Float32Array, classes: number): number[] {
  return Array.from({ length: values.length / classes }, (_, example) => {
    const row = values.subarray(example * classes, (example + 1) * classes)
    return row.indexOf(Math.max(...row))
  })
}

describe.each(choices.map((choice) => [choice.title, choice] as const))('engine %s', (_title, { name, kernels, recorded }) => {
  describe.each(goldenCaseNames)('%s', (caseName) => {
    const golden = readGoldenCase(caseName)
    const source = sourceOf(golden)
    const count = source.labels.length
    const gradient = new Float32Array(parameterCount(golden.specs))
    const output = new Float32Array(tensorOf(golden, 'output').values.length)
    const predictions = new Uint8Array(count)
    let tensorsBefore = 0
    let engine: Engine
    let lossSum: number

    beforeAll(async () => {
      engine = await openEngine(name, optionsOf(golden, kernels))
      tensorsBefore = tf.memory().numTensors
      engine.loadParameters(golden.parameters)
      engine.loadBatch(source, { first: 0, count })
      lossSum = engine.computeGradient(gradient)
      engine.forward(output)
    })

    afterAll(() => engine.close())

    test('says what computes', () => {
      expect([engine.name, engine.kernels]).toEqual([name, recorded])
    })

    test("the loss and the output are PyTorch's", () => {
      expect(relativeError([lossSum], [golden.loss])).toBeLessThan(relativeTolerance)
      expect(relativeError(output, tensorOf(golden, 'output').values)).toBeLessThan(relativeTolerance)
    })

    test("each tensor's part of the flat gradient is PyTorch's", () => {
      let offset = 0
      for (const spec of golden.specs) {
        const size = sizeOfShape(spec.shape)
        const part = gradient.subarray(offset, offset + size)
        expect(relativeError(part, tensorOf(golden, `gradient/${spec.name}`).values), spec.name).toBeLessThan(relativeTolerance)
        offset += size
      }
      expect(offset).toBe(gradient.length)
    })

    test('evaluating gives the same loss, and the likeliest classes', () => {
      expect(engine.evaluate(predictions)).toBe(lossSum)
      const want = models[golden.model].task === 'classification' ? largestIndexes(tensorOf(golden, 'output').values, golden.classes) : []
      expect(Array.from(predictions.subarray(0, want.length))).toEqual(want)
    })

    test('the same shard gives the same bits again, whatever came between', () => {
      engine.loadBatch(source, { first: 1, count: 2 })
      engine.computeGradient(new Float32Array(gradient.length))
      engine.loadParameters(golden.parameters.slice())
      engine.loadBatch(source, { first: 0, count })
      const again = new Float32Array(gradient.length)
      expect(engine.computeGradient(again)).toBe(lossSum)
      expect(Buffer.from(again.buffer).equals(Buffer.from(gradient.buffer))).toBe(true)
    })

    test("the gradient sums of a batch's shards add up to the batch's", () => {
      const sum = new Float64Array(gradient.length)
      const part = new Float32Array(gradient.length)
      let losses = 0
      for (let first = 0; first < count; first += 2) {
        engine.loadBatch(source, { first, count: Math.min(2, count - first) })
        losses += engine.computeGradient(part)
        for (let i = 0; i < sum.length; i++) sum[i] += part[i]
      }
      expect(relativeError([losses], [lossSum])).toBeLessThan(relativeTolerance)
      expect(relativeError(gradient, sum)).toBeLessThan(relativeTolerance)
    })

    test('an order picks its examples, with the bits of the same examples side by side', () => {
      const order = Uint32Array.from([count - 1, 0, 1])
      engine.loadBatch(source, { first: 0, count: 2, order })
      const picked = new Float32Array((2 * output.length) / count)
      engine.forward(picked)
      const size = source.images.length / count
      const images = new Uint8Array(2 * size)
      images.set(source.images.subarray((count - 1) * size))
      images.set(source.images.subarray(0, size), size)
      engine.loadBatch({ images, labels: source.labels.slice(0, 2) }, { first: 0, count: 2 })
      const sideBySide = new Float32Array(picked.length)
      engine.forward(sideBySide)
      expect(Buffer.from(picked.buffer).equals(Buffer.from(sideBySide.buffer))).toBe(true)
    })

    test('parameters are copied when they are loaded', () => {
      const own = golden.parameters.slice()
      engine.loadParameters(own)
      own.fill(Number.NaN)
      engine.loadBatch(source, { first: 0, count })
      expect(engine.evaluate(predictions)).toBe(lossSum)
    })

    test('closing leaves no tensor behind, and nothing to compute with', () => {
      engine.close()
      expect(tf.memory().numTensors).toBe(tensorsBefore)
      expect(() => engine.evaluate(predictions)).toThrow('engine: a batch must be loaded before it computes, got none')
    })
  })
})

test.runIf(refusal !== null)('the native engine is refused with its remedy where tfjs-node is not installed', () => {
  expect(refusal).toMatch(/^engine native: needs @tensorflow\/tfjs-node, .*npm install @tensorflow\/tfjs-node.*--engine wasm$/)
})
