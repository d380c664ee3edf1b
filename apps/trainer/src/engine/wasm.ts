// The default engine: the TensorFlow.js wasm backend with our training kernels. Ships in npm packages, works everywhere.
import { type KernelSet, registerKernels, viewFloats } from '@lockstep/kernels'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import type { Engine, EngineOptions } from './engine.ts'
import { TensorflowEngine } from './tensorflow-engine.ts'

export async function openWasmEngine(options: EngineOptions): Promise<Engine> {
  await tf.setBackend('wasm')
  await tf.ready()
  await registerKernels(options.kernels as KernelSet)
  return new TensorflowEngine('wasm', options.kernels, options, viewFloats)
}
