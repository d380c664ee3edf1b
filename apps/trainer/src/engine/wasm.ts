// The default engine: the TensorFlow.js wasm backend with our training kernels. Ships in npm packages, works everywhere.
import '@tensorflow/tfjs-backend-wasm'
import { registerKernels, supportsRelaxedSimd, viewFloats } from '@lockstep/kernels'
import { type RunConfig, UserError } from '@lockstep/shared'
import * as tf from '@tensorflow/tfjs-core'
import type { Engine, EngineOptions } from './engine.ts'
import { TensorflowEngine } from './tensorflow-engine.ts'

/** Throws a UserError where this Node cannot compile the kernel set. */
export function checkKernels(kernels: RunConfig['kernels']): void {
  if (kernels === 'relaxed' && !supportsRelaxedSimd()) {
    throw new UserError(`kernels: relaxed needs a Node with relaxed WebAssembly SIMD, got ${process.version}; use --kernels simd`)
  }
}

export async function openWasmEngine(options: EngineOptions): Promise<Engine> {
  await tf.setBackend('wasm')
  await tf.ready()
  await registerKernels(options.kernels)
  return new TensorflowEngine('wasm', options.kernels, options, viewFloats)
}
