// What a rank computes with. One engine lives on one thread.
import type { Loss, Model } from '@lockstep/models'
import type { RunConfig } from '@lockstep/shared'

export interface ImageShape {
  height: number
  width: number
  channels: number
}

/** Examples of a split: uint8 pixels [count, height, width, channels] and one class index each. */
export interface ExampleSource {
  images: Uint8Array
  labels: Uint8Array
}

/** Picks of a source: positions [first, first + count) of `order`, or of the source itself where there is no order. */
export interface BatchRange {
  first: number
  count: number
  order?: Uint32Array
}

export interface Engine {
  readonly name: string
  /** The kernel set or library that computes, as recorded with the run. */
  readonly kernels: string
  /** Takes a copy of the flat parameters (declared order) for the computations that follow. */
  loadParameters(values: Float32Array): void
  /** Makes the given examples the current batch. */
  loadBatch(source: ExampleSource, range: BatchRange): void
  /** Writes the gradient of the summed loss of the current batch, flat; returns that sum. */
  computeGradient(gradient: Float32Array): number
  /** Returns the summed loss of the current batch; classifiers write their predicted classes. */
  evaluate(predictions: Uint8Array): number
  /** Writes the model's output for the current batch. */
  forward(output: Float32Array): void
  close(): void
}

export interface EngineOptions {
  model: Model
  loss: Loss
  image: ImageShape
  classes: number
  kernels: RunConfig['kernels']
}
