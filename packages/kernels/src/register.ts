import * as tf from '@tensorflow/tfjs-core'
import type { WasmBackend } from './backend.ts'
import { registerGradients } from './gradients.ts'
import { type KernelSet, kernelSets } from './kernel-set.ts'
import { kernels } from './kernels/index.ts'
import type { KernelMath } from './math/kernel-math.ts'
import { createScalarMath } from './math/scalar-math.ts'
import { createWasmMath } from './math/wasm-math.ts'

const BACKEND = 'wasm'

// Kernels compute on the memory of the backend they were made for.
const mathOf = new WeakMap<WasmBackend, Map<KernelSet, Promise<KernelMath>>>()
const stockKernels = new Map<string, tf.KernelConfig | undefined>()

function readyBackend(): WasmBackend {
  if (tf.getBackend() !== BACKEND) {
    throw new RangeError(`registerKernels: the backend must be 'wasm', got '${tf.getBackend()}'; await tf.setBackend('wasm') first`)
  }
  const backend = tf.backend() as unknown as WasmBackend
  const { memory } = backend.wasm.asm
  if (typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer) {
    throw new RangeError(
      "registerKernels: the wasm backend's memory must not be shared, got shared memory; " +
        "call tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false) before tf.setBackend",
    )
  }
  return backend
}

function createMath(set: KernelSet, backend: WasmBackend): Promise<KernelMath> {
  if (set === 'scalar') return Promise.resolve(createScalarMath(backend.wasm.asm.memory))
  return createWasmMath(set, backend)
}

// One instance per backend and set, so that switching back and forth neither compiles nor allocates again.
function mathFor(set: KernelSet, backend: WasmBackend): Promise<KernelMath> {
  const created = mathOf.get(backend) ?? new Map<KernelSet, Promise<KernelMath>>()
  mathOf.set(backend, created)
  const math = created.get(set) ?? createMath(set, backend)
  created.set(set, math)
  return math
}

function replaceKernel(kernelName: string, kernelFunc: tf.KernelFunc, setupFunc: tf.KernelSetupFunc | undefined): void {
  if (tf.getKernel(kernelName, BACKEND)) tf.unregisterKernel(kernelName, BACKEND)
  tf.registerKernel({ kernelName, backendName: BACKEND, kernelFunc, setupFunc })
}

/**
 * Registers one kernel set into the TensorFlow.js wasm backend, which must be the current one and ready, in place of
 * the stock kernels and of a set registered before. Throws a RangeError where the engine cannot compile the set.
 */
export async function registerKernels(set: KernelSet): Promise<void> {
  if (!kernelSets.includes(set)) throw new RangeError(`registerKernels: set must be one of ${kernelSets.join(', ')}, got ${set}`)
  const math = await mathFor(set, readyBackend())
  for (const [name, kernel] of Object.entries(kernels)) {
    if (!stockKernels.has(name)) stockKernels.set(name, tf.getKernel(name, BACKEND))
    const stock = stockKernels.get(name)
    replaceKernel(name, kernel(math, stock?.kernelFunc), stock?.setupFunc)
  }
  registerGradients()
}
