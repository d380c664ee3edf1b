// Where the time of a computation goes, by kernel: the registered functions are wrapped for the time of a measurement.
import * as tf from '@tensorflow/tfjs-core'

/** What one kernel did while it was profiled. */
export interface KernelTotals {
  calls: number
  /** Milliseconds inside the kernel. */
  ms: number
  /** Multiplications and additions, counted from the shapes; 0 for kernels that are no products. */
  flops: number
}

export interface KernelProfile {
  /** What was done since the profile began, or since the last call, by kernel name. */
  take(): Map<string, KernelTotals>
  /** Puts the kernels back. */
  stop(): void
}

type Shapes = Readonly<Record<string, readonly number[]>>
type CountFlops = (inputs: Shapes, output: readonly number[]) => number

type Count = (kernelName: string, ms: number, flops: number) => void

const sizeOf = (shape: readonly number[]) => shape.reduce((product, dimension) => product * dimension, 1)
/** Filters are [height, width, in, out]: every output channel sums over the other three. */
const perOutput = (filter: readonly number[]) => sizeOf(filter.slice(0, 3))

/** Places of a picture [batch, height, width, channels] at which a kernel is applied. */
const placesOf = (picture: readonly number[]) => sizeOf(picture.slice(0, -1))

/** The kernels that are products, with two operations for each multiplication; skipped zeros count as operations done. */
const flopRules: Readonly<Record<string, CountFlops | undefined>> = {
  Conv2D: ({ filter }, output) => 2 * sizeOf(output) * perOutput(filter),
  Conv2DBackpropInput: ({ dy, filter }) => 2 * sizeOf(dy) * perOutput(filter),
  Conv2DBackpropFilter: ({ dy }, output) => 2 * sizeOf(dy) * perOutput(output),
  PooledConv2D: ({ x, filter }) => 2 * placesOf(x) * sizeOf(filter),
  PooledConv2DAtPositions: ({ x, filter }) => 2 * placesOf(x) * sizeOf(filter),
  PooledConv2DBackpropFilter: ({ x }, output) => 2 * placesOf(x) * sizeOf(output),
  UnpooledConv2DTranspose: ({ filter }, output) => 2 * placesOf(output) * sizeOf(filter),
  Dense: ({ x, weight }) => 2 * placesOf(x) * sizeOf(weight),
  // [batch, rows, depth] · [batch, depth, columns], whatever is transposed: |a| · |b| · |out| = batch · (batch · rows · depth · columns)².
  BatchMatMul: ({ a, b }, output) => 2 * Math.sqrt((sizeOf(a) * sizeOf(b) * sizeOf(output)) / sizeOf(output.slice(0, -2))),
}

/** Counts and times every kernel call of the wasm backend until `stop`. Only synchronous computations may run meanwhile. */
export function profileKernels(): KernelProfile {
  let totals = new Map<string, KernelTotals>()
  const count: Count = (name, ms, flops) => {
    const before = totals.get(name) ?? { calls: 0, ms: 0, flops: 0 }
    totals.set(name, { calls: before.calls + 1, ms: before.ms + ms, flops: before.flops + flops })
  }
  const original = tf.getKernelsForBackend('wasm')
  for (const config of original) replace({ ...config, kernelFunc: timed(config, count) })
  return {
    take() {
      const taken = totals
      totals = new Map()
      return taken
    },
    stop() {
      for (const config of original) replace(config)
    },
  }
}

function replace(config: tf.KernelConfig): void {
  tf.unregisterKernel(config.kernelName, config.backendName)
  tf.registerKernel(config)
}

function timed({ kernelName, kernelFunc }: tf.KernelConfig, count: Count): tf.KernelFunc {
  return (call) => {
    const start = performance.now()
    const result = kernelFunc(call)
    const ms = performance.now() - start
    count(kernelName, ms, flopsOf(kernelName, call.inputs, result))
    return result
  }
}

function flopsOf(kernelName: string, inputs: tf.NamedTensorInfoMap, result: tf.TensorInfo | tf.TensorInfo[]): number {
  const [output] = Array.isArray(result) ? result : [result]
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor?.shape ?? []]))
  return flopRules[kernelName]?.(shapes, output.shape) ?? 0
}
