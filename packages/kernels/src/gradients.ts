import * as tf from '@tensorflow/tfjs-core'

// The gradient registry is global, so each gradient asks which backend runs: ours where the kernel is registered for
// it, the composition that TensorFlow.js uses elsewhere.
const runs = (kernelName: string) => tf.getKernel(kernelName, tf.getBackend()) !== undefined

function run(kernelName: string, inputs: Record<string, tf.Tensor>): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor>(kernelName, inputs)
}

const tanhGradient: tf.GradConfig = {
  kernelName: 'Tanh',
  outputsToSave: [true],
  gradFunc: (dy, saved) => {
    const [y] = saved
    const upstream = dy as tf.Tensor
    return {
      x: () => (runs('TanhGrad') ? run('TanhGrad', { y, dy: upstream }) : tf.mul(tf.sub(tf.scalar(1), tf.square(y)), upstream)),
    }
  },
}

const reluGradient: tf.GradConfig = {
  kernelName: 'Relu',
  inputsToSave: ['x'],
  gradFunc: (dy, saved) => {
    const [x] = saved
    const upstream = dy as tf.Tensor
    return {
      x: () => (runs('ReluGrad') ? run('ReluGrad', { dy: upstream, x }) : tf.mul(upstream, tf.cast(tf.step(x), 'float32'))),
    }
  },
}

/** Replaces the gradients of tanh and relu, for all backends, by ones that use our kernels where they are registered. */
export function registerGradients(): void {
  for (const gradient of [tanhGradient, reluGradient]) {
    if (tf.getGradient(gradient.kernelName)) tf.unregisterGradient(gradient.kernelName)
    tf.registerGradient(gradient)
  }
}
