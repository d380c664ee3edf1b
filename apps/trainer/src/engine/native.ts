// @tensorflow/tfjs-node: an optional dependency, because its install step downloads libtensorflow, which many machines cannot.
import { createRequire } from 'node:module'
import util from 'node:util'
import { UserError } from '@lockstep/shared'
import * as tf from '@tensorflow/tfjs-core'
import type { Engine, EngineOptions } from './engine.ts'
import { TensorflowEngine } from './tensorflow-engine.ts'

const remedy = 'install it with `npm install @tensorflow/tfjs-node` on a machine that can download libtensorflow, or use --engine wasm'

/** Loads the add-on. Throws a UserError that names the remedy where it is absent or broken. */
export function loadNativeBackend(): void {
  restoreRemovedUtil()
  try {
    createRequire(import.meta.url)('@tensorflow/tfjs-node')
  } catch (cause) {
    throw new UserError(`engine native: needs @tensorflow/tfjs-node, which cannot be loaded here; ${remedy}`, { cause })
  }
}

export async function openNativeEngine(options: EngineOptions): Promise<Engine> {
  loadNativeBackend()
  await tf.setBackend('tensorflow')
  await tf.ready()
  return new TensorflowEngine('native', 'libtensorflow', options)
}

/** tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed (https://github.com/tensorflow/tfjs/pull/8425, unreleased). */
function restoreRemovedUtil(): void {
  const legacy = util as unknown as Record<string, unknown>
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
}
