// Kernels of ours that a backend may have: much faster than the portable compositions beside their callers.
import * as tf from '@tensorflow/tfjs-core'

type Inputs = Record<string, tf.Tensor>
type Attributes = Record<string, unknown>

/** Whether the current backend has a kernel of that name. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined
}

/** Runs a kernel with one output that the current backend has; where a gradient is registered under its name, it is differentiable. */
export function runKernel(name: string, inputs: Inputs, attributes: Attributes): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor>(name, inputs, attributes as unknown as tf.NamedAttrMap)
}

/** Runs a kernel that leaves no trace on the tape: to a gradient, what it gives is a constant. */
export function runUntrackedKernel(name: string, inputs: Inputs, attributes: Attributes): tf.Tensor[] {
  const kernel = tf.getKernel(name, tf.getBackend())
  const outputs = kernel.kernelFunc({ inputs, attrs: attributes as unknown as tf.NamedAttrMap, backend: tf.backend() })
  const infos = Array.isArray(outputs) ? outputs : [outputs]
  return infos.map((info) => tf.engine().makeTensorFromTensorInfo(info))
}
