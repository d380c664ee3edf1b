// One engine over any TensorFlow.js backend: TensorFlow.js is the model and autodiff API, the backend does the arithmetic.
import { type NamedTensors, type ParameterSpec, parameterCount, sizeOfShape, type Target } from '@lockstep/models'
import * as tf from '@tensorflow/tfjs-core'
import type { BatchRange, Engine, EngineOptions, ExampleSource } from './engine.ts'

type Batch = Target

/** Computes with the current TensorFlow.js backend, whose name and kernel set are given for the record. */
export class TensorflowEngine implements Engine {
  readonly name: string
  readonly kernels: string
  readonly #options: EngineOptions
  readonly #specs: readonly ParameterSpec[]
  readonly #readFloats: (tensor: tf.Tensor) => Float32Array
  #parameters: tf.Tensor[] = []
  #batch: Batch | null = null

  /** `readFloats` may give a view that lasts until the next computation: gradients are copied out once, not twice. */
  constructor(name: string, kernels: string, options: EngineOptions, readFloats = (tensor: tf.Tensor) => tensor.dataSync<'float32'>()) {
    this.name = name
    this.kernels = kernels
    this.#options = options
    this.#readFloats = readFloats
    this.#specs = options.model.parameters({ ...options.image, classes: options.classes })
  }

  loadParameters(values: Float32Array): void {
    tf.dispose(this.#parameters)
    let offset = 0
    this.#parameters = this.#specs.map(({ shape }) => {
      const size = sizeOfShape(shape)
      const tensor = tf.tensor(values.slice(offset, offset + size), [...shape], 'float32')
      offset += size
      return tensor
    })
  }

  loadBatch(source: ExampleSource, range: BatchRange): void {
    const { image, classes } = this.#options
    this.#disposeBatch()
    const pixels = image.height * image.width * image.channels
    this.#batch = {
      images: tf.tensor4d(scalePixels(source, range, pixels), [range.count, image.height, image.width, image.channels], 'float32'),
      labels: tf.tensor1d(pickLabels(source, range), 'int32'),
      classes,
    }
  }

  computeGradient(gradient: Float32Array): number {
    const { model, loss } = this.#options
    const batch = this.#currentBatch()
    const lossOf = (...tensors: tf.Tensor[]): tf.Scalar => loss.lossSum(model.forward(this.#named(tensors), batch.images), batch)
    const { value, grads } = tf.tidy(() => tf.valueAndGrads(lossOf)(this.#parameters))
    let offset = 0
    for (const grad of grads) {
      gradient.set(this.#readFloats(grad), offset)
      offset += grad.size
    }
    const expected = parameterCount(this.#specs)
    if (offset !== expected) throw new Error(`engine: gradient must have ${expected} values, got ${offset}`)
    const sum = value.dataSync()[0]
    tf.dispose([value, ...grads])
    return sum
  }

  evaluate(predictions: Uint8Array): number {
    const { model, loss } = this.#options
    const batch = this.#currentBatch()
    return tf.tidy(() => {
      const output = model.forward(this.#named(this.#parameters), batch.images)
      if (model.task === 'classification') predictions.set(tf.argMax(output, 1).dataSync())
      return loss.lossSum(output, batch).dataSync()[0]
    })
  }

  forward(output: Float32Array): void {
    const { images } = this.#currentBatch()
    tf.tidy(() => output.set(this.#options.model.forward(this.#named(this.#parameters), images).dataSync()))
  }

  close(): void {
    this.#disposeBatch()
    tf.dispose(this.#parameters)
    this.#parameters = []
  }

  #named(tensors: readonly tf.Tensor[]): NamedTensors {
    return Object.fromEntries(this.#specs.map(({ name }, index) => [name, tensors[index]]))
  }

  #currentBatch(): Batch {
    if (this.#batch === null) throw new Error('engine: a batch must be loaded before it computes, got none')
    return this.#batch
  }

  #disposeBatch(): void {
    if (this.#batch !== null) tf.dispose([this.#batch.images, this.#batch.labels])
    this.#batch = null
  }
}

/** uint8 0-255 to float32 0-1. */
function scalePixels(source: ExampleSource, { first, count, order }: BatchRange, pixels: number): Float32Array {
  const scaled = new Float32Array(count * pixels)
  for (let i = 0; i < count; i++) {
    const from = (order === undefined ? first + i : order[first + i]) * pixels
    const to = i * pixels
    for (let p = 0; p < pixels; p++) scaled[to + p] = source.images[from + p] / 255
  }
  return scaled
}

function pickLabels(source: ExampleSource, { first, count, order }: BatchRange): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => source.labels[order === undefined ? first + i : order[first + i]])
}
