// One engine over any TensorFlow.js backend: TensorFlow.js is the model and autodiff API, the backend does the arithmetic.
import { parameterCount } from '@lockstep/models'
import * as tf from '@tensorflow/tfjs-core'
import type { BatchRange, Engine, EngineOptions, ExampleSource } from './engine.ts'

export interface Backend {
  readonly name: string
  readonly kernels: string
  /** Copies a tensor's float32 values to `target`. */
  read(tensor: tf.Tensor, target: Float32Array): void
}

/** Reads through TensorFlow.js's own data transfer: right on every backend. */
export function readSynced(tensor: tf.Tensor, target: Float32Array): void {
  target.set(tensor.dataSync())
}

/** An engine for one model and loss on the current TensorFlow.js backend. */
export function createTensorflowEngine(backend: Backend, options: EngineOptions): Engine {
  const { model, loss, image, classes } = options
  const specs = model.parameters({ ...image, classes })
  const length = parameterCount(specs)
  const pixels = image.height * image.width * image.channels
  let parameters: tf.Tensor[] = []
  let images: tf.Tensor4D | null = null
  let labels: tf.Tensor1D | null = null

  function named(tensors: readonly tf.Tensor[]): Record<string, tf.Tensor> {
    return Object.fromEntries(specs.map((spec, index) => [spec.name, tensors[index]]))
  }

  function currentBatch(): { images: tf.Tensor4D; labels: tf.Tensor1D; classes: number } {
    if (images === null || labels === null) throw new Error('engine: a batch must be loaded before it computes')
    return { images, labels, classes }
  }

  function disposeBatch(): void {
    images?.dispose()
    labels?.dispose()
    images = null
    labels = null
  }

  return {
    name: backend.name,
    kernels: backend.kernels,

    loadParameters(values) {
      tf.dispose(parameters)
      let offset = 0
      parameters = specs.map((spec) => {
        const size = spec.shape.reduce((product, dimension) => product * dimension, 1)
        const tensor = tf.tensor(values.slice(offset, offset + size), [...spec.shape], 'float32')
        offset += size
        return tensor
      })
    },

    loadBatch(source, range) {
      disposeBatch()
      images = tf.tensor4d(scaledPixels(source, range, pixels), [range.count, image.height, image.width, image.channels], 'float32')
      labels = tf.tensor1d(pickLabels(source, range), 'int32')
    },

    computeGradient(gradient) {
      const batch = currentBatch()
      const lossOf = (...tensors: tf.Tensor[]): tf.Scalar => loss.lossSum(model.forward(named(tensors), batch.images), batch)
      const { value, grads } = tf.tidy(() => tf.valueAndGrads(lossOf)(parameters))
      let offset = 0
      for (const grad of grads) {
        backend.read(grad, gradient.subarray(offset, offset + grad.size))
        offset += grad.size
      }
      if (offset !== length) throw new Error(`engine: gradient must have ${length} values, got ${offset}`)
      const sum = value.dataSync()[0]
      tf.dispose([value, ...grads])
      return sum
    },

    evaluate(predictions) {
      return tf.tidy(() => {
        const batch = currentBatch()
        const output = model.forward(named(parameters), batch.images)
        if (model.task === 'classification') predictions.set(tf.argMax(output, 1).dataSync())
        return loss.lossSum(output, batch).dataSync()[0]
      })
    },

    forward(output) {
      tf.tidy(() => {
        const result = model.forward(named(parameters), currentBatch().images)
        backend.read(result, output.subarray(0, result.size))
      })
    },

    close() {
      disposeBatch()
      tf.dispose(parameters)
      parameters = []
    },
  }
}

function scaledPixels(source: ExampleSource, { first, count, order }: BatchRange, pixels: number): Float32Array {
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
