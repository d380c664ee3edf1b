import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'

// What we rely on in @tensorflow/tfjs-backend-wasm 4.22.0, part of it not in its types; backend.test.ts guards it.
export interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory }
    _malloc(bytes: number): number
    _free(address: number): void
  }
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } }
  makeOutput(shape: number[], dtype: DataType): TensorInfo
  incRef(dataId: object): void
}

/** The byte address of a tensor's first element in the backend's memory. */
export function addressOf(backend: WasmBackend, tensor: TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset
}

/**
 * A float32 tensor's values where they lie in the current wasm backend's memory, not copied: void as soon as anything is
 * computed or allocated. The tensor must be on that backend.
 */
export function viewFloats(tensor: TensorInfo): Float32Array {
  const backend = tf.backend() as unknown as WasmBackend
  return new Float32Array(backend.wasm.asm.memory.buffer, addressOf(backend, tensor), tf.util.sizeFromShape(tensor.shape))
}
