import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectClose, numbers, tensorOf } from '../testing/data.ts'
import type { WasmBackend } from './backend.ts'
import { type KernelSet, kernelSets } from './kernel-set.ts'
import { registerKernels } from './register.ts'

const PAGE_BYTES = 65536

// A small net with everything that training uses: convolution, pooling, tanh, dense, relu, transposed convolution.
const shapes = { image: [3, 9, 9, 2], filter: [3, 3, 2, 17], bias: [17], dense: [272, 48], up: [3, 3, 5, 3] }

function net(...[image, filter, bias, dense, up]: tf.Tensor[]): tf.Scalar {
  const convolved = tf.tanh(tf.add(tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'), bias))
  const pooled = tf.maxPool(convolved as tf.Tensor4D, 2, 2, 'valid')
  const hidden = tf.relu(tf.matMul(tf.reshape(pooled, [3, 272]), dense))
  const small = tf.reshape(hidden, [3, 4, 4, 3]) as tf.Tensor4D
  const grown = tf.conv2dTranspose(small, up as tf.Tensor4D, [3, 8, 8, 5], 2, 'same')
  return tf.sum(tf.square(grown))
}

function gradients(): Float32Array[] {
  return tf.tidy(() => {
    const inputs = Object.values(shapes).map((shape, i) =>
      tensorOf(
        numbers(tf.util.sizeFromShape(shape), i + 1).map((v) => v / 4),
        shape,
      ),
    )
    return tf
      .grads(net)(inputs)
      .map((gradient) => gradient.dataSync() as Float32Array)
  })
}

async function gradientsWith(set: KernelSet): Promise<Float32Array[]> {
  await tf.setBackend('wasm')
  await registerKernels(set)
  return gradients()
}

let expected: Float32Array[] = []

beforeAll(async () => {
  await tf.setBackend('cpu')
  expected = gradients()
  await tf.setBackend('wasm')
})

afterEach(async () => {
  await tf.setBackend('wasm')
})

describe.each(kernelSets)('%s', (set) => {
  test('every gradient of a small net equals that of the cpu backend', async () => {
    const got = await gradientsWith(set)
    for (const [i, name] of Object.keys(shapes).entries()) expectClose(got[i], expected[i], name)
    expect(got.every((gradient) => gradient.some((value) => value !== 0))).toBe(true)
  })

  test('the same inputs give the same bits, whatever was computed in between and wherever tensors lie', async () => {
    const first = await gradientsWith(set)
    const shift = tf.zeros([12345])
    tf.dispose(tf.conv2d(tf.ones([1, 20, 20, 7]) as tf.Tensor4D, tf.ones([5, 5, 7, 40]) as tf.Tensor4D, 1, 'same'))
    expect(gradients()).toEqual(first)
    shift.dispose()
  })

  test('kernels go on when the memory grows in between', async () => {
    const first = await gradientsWith(set)
    const { memory } = (tf.backend() as unknown as WasmBackend).wasm.asm
    const before = memory.buffer.byteLength
    const large = tf.zeros([before / 4 + PAGE_BYTES])
    expect(memory.buffer.byteLength).toBeGreaterThan(before)
    expect(gradients()).toEqual(first)
    large.dispose()
  })

  test('a training step leaves no tensor behind', async () => {
    await gradientsWith(set)
    const before = tf.memory()
    gradients()
    expect(tf.memory().numTensors).toBe(before.numTensors)
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers)
  })
})

test('registering a set twice, or another one, replaces the kernels', async () => {
  for (const set of ['simd', 'simd', 'scalar', 'simd'] as const) await registerKernels(set)
  for (const [i, gradient] of gradients().entries()) expectClose(gradient, expected[i])
})

test('other backends keep working after kernels are registered', async () => {
  await registerKernels('simd')
  await tf.setBackend('cpu')
  expect(gradients()).toEqual(expected)
})

test('a backend other than wasm is refused', async () => {
  await tf.setBackend('cpu')
  await expect(registerKernels('simd')).rejects.toThrow("registerKernels: the backend must be 'wasm', got 'cpu'")
})

test('an unknown set is refused', async () => {
  await expect(registerKernels('fast' as KernelSet)).rejects.toThrow('set must be one of relaxed, simd, scalar, got fast')
})
