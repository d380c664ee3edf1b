import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-layers'
import { beforeAll, expect, test } from 'vitest'
import { numbers, size, tensorOf } from '../testing/data.ts'
import { supportsRelaxedSimd } from './kernel-set.ts'
import { profileKernels } from './profile.ts'
import { registerKernels } from './register.ts'
import { measureRoofline } from './roofline.ts'

beforeAll(async () => {
  await tf.setBackend('wasm')
  await registerKernels('simd')
})

const tensor = (shape: number[]) => tensorOf(numbers(size(shape), 1), shape)

test('a convolution and its two gradients take the same operations, two for each multiplication', () => {
  const profile = profileKernels()
  const loss = (x: tf.Tensor, filter: tf.Tensor) => tf.sum(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'))
  tf.tidy(() => tf.grads(loss)([tensor([2, 5, 7, 3]), tensor([3, 3, 3, 4])]))
  profile.stop()
  const totals = profile.take()
  const flops = 2 * (2 * 5 * 7 * 4) * (3 * 3 * 3)
  for (const name of ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter']) {
    expect(totals.get(name)).toEqual({ calls: 1, ms: expect.any(Number), flops })
  }
  expect(totals.get('Sum')).toMatchObject({ calls: 1, flops: 0 })
})

test.each([
  { transposeA: false, transposeB: false },
  { transposeA: true, transposeB: false },
  { transposeA: false, transposeB: true },
])('a matrix product takes two operations a row, column and depth: %o', ({ transposeA, transposeB }) => {
  const [a, b] = [transposeA ? [5, 3] : [3, 5], transposeB ? [7, 5] : [5, 7]]
  const profile = profileKernels()
  tf.tidy(() => tf.matMul(tensor(a), tensor(b), transposeA, transposeB))
  profile.stop()
  expect(profile.take().get('BatchMatMul')?.flops).toBeCloseTo(2 * 3 * 5 * 7, 6)
})

test('a stopped profile counts no more, and a second one counts each call once', () => {
  const first = profileKernels()
  tf.tidy(() => tf.tanh(tensor([8])))
  first.stop()
  const second = profileKernels()
  tf.tidy(() => tf.tanh(tensor([8])))
  second.stop()
  tf.tidy(() => tf.tanh(tensor([8])))
  expect([first.take().get('Tanh')?.calls, second.take().get('Tanh')?.calls]).toEqual([1, 1])
})

test('what was taken is not told again', () => {
  const profile = profileKernels()
  tf.tidy(() => tf.tanh(tensor([8])))
  expect(profile.take().get('Tanh')?.calls).toBe(1)
  tf.tidy(() => [tf.tanh(tensor([8])), tf.tanh(tensor([8]))])
  expect(profile.take().get('Tanh')?.calls).toBe(2)
  profile.stop()
  expect(profile.take().size).toBe(0)
})

test('the roofline is that of the fastest tile, and SIMD instructions raise it', async () => {
  const [scalar, simd] = [await measureRoofline('scalar', 50), await measureRoofline('simd', 50)]
  expect(simd.gflops).toBe(Math.max(...Object.values(simd.gflopsPerTile)))
  expect(simd.gflopsPerTile[simd.tile]).toBe(simd.gflops)
  expect(simd.gflops).toBeGreaterThan(2 * scalar.gflops)
})

test.runIf(supportsRelaxedSimd())('relaxed instructions have a roofline of their own', async () => {
  const { gflops, gflopsPerTile } = await measureRoofline('relaxed', 50)
  expect(Object.keys(gflopsPerTile)).toEqual(['4x8', '6x8'])
  expect(gflops).toBeGreaterThan(1)
})
