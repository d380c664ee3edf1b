// Where the golden suite runs: plain JavaScript, and WebAssembly with each of our kernel sets.
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { registerKernels } from '@lockstep/kernels'
import * as tf from '@tensorflow/tfjs-core'

async function useWasm(kernels: 'relaxed' | 'simd' | 'scalar'): Promise<void> {
  await tf.setBackend('wasm')
  await registerKernels(kernels)
}

/** Each makes its backend the current one, ready for use. */
export const backends: Record<string, () => Promise<unknown>> = {
  cpu: () => tf.setBackend('cpu'),
  'wasm, scalar kernels': () => useWasm('scalar'),
  'wasm, simd kernels': () => useWasm('simd'),
  'wasm, relaxed kernels': () => useWasm('relaxed'),
}
