import * as tf from '@tensorflow/tfjs-core'

// The gradient registry is global, so each gradient asks which backend runs: ours where the kernel is registered for
// it, the composition that TensorFlow.js uses elsewhere.
const runs = (kernelName: string) => tf.getKernel(kernelName, tf.getBackend()) !== undefined

function run(kernelName: string, inputs: Record<string, tf.Tensor>, attributes: Record<string, unknown> = {}): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor>(kernelName, inputs, attributes as unknown as tf.NamedAttrMap)
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

const denseGradient: tf.GradConfig = {
  kernelName: 'Dense',
  inputsToSave: ['x', 'weight'],
  gradFunc: (upstream, saved) => {
    const [x, weight] = saved as tf.Tensor2D[]
    const dy = upstream as tf.Tensor2D
    return {
      x: () => tf.matMul(dy, weight, false, true),
      weight: () => tf.matMul(x, dy, true, false),
      bias: () => tf.sum(dy, 0),
    }
  },
}

const pictureAxes = [0, 1, 2]

const pooledConvGradient: tf.GradConfig = {
  kernelName: 'PooledConv2DOutput',
  inputsToSave: ['x', 'filter', 'positions'],
  gradFunc: (upstream, saved, attributes) => {
    const [x, filter, positions] = saved
    const dy = upstream as tf.Tensor
    const { poolSize } = attributes
    return {
      x: () => run('UnpooledConv2DTranspose', { x: dy, positions, filter }, { poolSize, outputShape: x.shape }),
      filter: () => run('PooledConv2DBackpropFilter', { x, dy, positions }, { poolSize, filterShape: filter.shape }),
      bias: () => tf.sum(dy, pictureAxes),
    }
  },
}

const unpooledTransposeGradient: tf.GradConfig = {
  kernelName: 'UnpooledConv2DTranspose',
  inputsToSave: ['x', 'filter', 'positions'],
  gradFunc: (upstream, saved, attributes) => {
    const [x, filter, positions] = saved
    const dy = upstream as tf.Tensor
    const { poolSize } = attributes
    return {
      x: () => run('PooledConv2DAtPositions', { x: dy, positions, filter }, { poolSize }),
      filter: () => run('PooledConv2DBackpropFilter', { x: dy, dy: x, positions }, { poolSize, filterShape: filter.shape }),
      bias: () => tf.sum(dy, pictureAxes),
    }
  },
}

/**
 * Registers the gradients of our differentiable kernels, and replaces those of tanh and relu, for all backends, by ones
 * that use our kernels where they are registered.
 */
export function registerGradients(): void {
  for (const gradient of [tanhGradient, reluGradient, denseGradient, pooledConvGradient, unpooledTransposeGradient]) {
    if (tf.getGradient(gradient.kernelName)) tf.unregisterGradient(gradient.kernelName)
    tf.registerGradient(gradient)
  }
}
