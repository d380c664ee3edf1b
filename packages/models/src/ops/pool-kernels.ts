// Kernels of ours that a backend may have: much faster than the portable compositions beside their callers.
import * as tf from '@tensorflow/tfjs-core'

export type PoolSize = readonly [height: number, width: number]

/** Runs a kernel of the current backend if it has one of that name; null if it has not. */
export function runKernelIfThere(name: string, inputs: Record<string, tf.Tensor>, attributes: Record<string, unknown>): tf.Tensor[] | null {
  if (tf.getKernel(name, tf.getBackend()) === undefined) return null
  const outputs = tf.engine().runKernel(name, inputs, attributes as unknown as tf.NamedAttrMap)
  return Array.isArray(outputs) ? outputs : [outputs]
}
