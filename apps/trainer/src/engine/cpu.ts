// TensorFlow.js in plain JavaScript: thousands of times slower, but an oracle that shares no code with the wasm kernels.
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import type { Engine, EngineOptions } from './engine.ts'
import { TensorflowEngine } from './tensorflow-engine.ts'

export async function openCpuEngine(options: EngineOptions): Promise<Engine> {
  await tf.setBackend('cpu')
  await tf.ready()
  tf.env().set('IS_TEST', true) // Silences an advertisement of tfjs-node at the first tensor; it changes nothing else in this backend.
  return new TensorflowEngine('cpu', 'tfjs-cpu', options)
}
