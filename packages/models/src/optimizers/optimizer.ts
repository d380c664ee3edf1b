import type { EntryWithDefaults, RunConfig } from '@lockstep/shared'

export interface UpdateArguments {
  /** Committed values; read only. */
  readonly parameters: Float32Array
  readonly slots: readonly Float32Array[]
  /** Mean gradient of the batch. */
  readonly gradients: Float32Array
  /** Where the updated values go. */
  readonly newParameters: Float32Array
  readonly newSlots: readonly Float32Array[]
  /** Only elements [from, to) are touched: each rank owns a slice. */
  readonly from: number
  readonly to: number
  /** Optimizer updates done before this one. */
  readonly step: number
  readonly learningRate: number
  /** Factor on every gradient, 1 unless clipping shrinks them. */
  readonly gradientScale: number
  readonly config: RunConfig
}

/** An elementwise update rule: float64 arithmetic, rounded once on store, so its bits do not depend on the slicing. */
export interface Optimizer extends EntryWithDefaults {
  /** Names of its state vectors, each as long as the parameters and zero at first. */
  slots(config: RunConfig): readonly string[]
  update(update: UpdateArguments): void
}
