// What registerKernels assumes about the pinned backend and promises about its own modules.

import * as wasmPackage from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { addressOf, viewFloats, type WasmBackend } from './backend.ts'
import { readKernelModule } from './kernel-set.ts'

const DATA_SECTION = 11
const IMPORT_SECTION = 2

const backend = () => tf.backend() as unknown as WasmBackend

beforeAll(async () => {
  await tf.setBackend('wasm')
})

test('the backend is the pinned version', () => {
  expect(wasmPackage.version_wasm).toBe('4.22.0')
  expect(tf.version_core).toBe('4.22.0')
})

test('the backend exports its memory and allocator', () => {
  const { wasm } = backend()
  expect(wasm.asm.memory).toBeInstanceOf(WebAssembly.Memory)
  const address = wasm._malloc(64)
  expect(address).toBeGreaterThan(0)
  wasm._free(address)
})

test("a tensor's values lie at its address, aligned for its type", () => {
  const x = tf.tensor([1.5, -2, 3])
  const address = addressOf(backend(), x)
  expect(address % 4).toBe(0)
  expect([...new Float32Array(backend().wasm.asm.memory.buffer, address, 3)]).toEqual([1.5, -2, 3])
})

test('a second reference keeps the data when the first is disposed', () => {
  const x = tf.tensor([4, 5])
  const before = tf.memory().numDataBuffers
  const view = tf.reshape(x, [2, 1])
  expect(tf.memory().numDataBuffers).toBe(before)
  x.dispose()
  expect(view.dataSync()).toEqual(new Float32Array([4, 5]))
})

// The ids of a module's sections; each is an id, a LEB128 size and that many bytes, after an eight-byte header.
function sectionIds(bytes: Uint8Array): number[] {
  const ids: number[] = []
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at++])
    let size = 0
    for (let shift = 0, more = true; more; shift += 7) {
      size += (bytes[at] & 0x7f) * 2 ** shift
      more = bytes[at++] >= 0x80
    }
    at += size
  }
  return ids
}

test.each(['relaxed', 'simd'] as const)('the %s module has no data segments and imports only the memory', async (set) => {
  const bytes = readKernelModule(set)
  expect(sectionIds(bytes)).toContain(IMPORT_SECTION)
  expect(sectionIds(bytes)).not.toContain(DATA_SECTION)
  const imports = WebAssembly.Module.imports(await WebAssembly.compile(bytes))
  expect(imports).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
})

test("a view shows a tensor's own memory", () => {
  const tensor = tf.tensor([1, 2, 3, 4, 5, 6], [2, 3])
  const view = viewFloats(tensor)
  expect(view).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
  view[4] = 50
  expect(tensor.arraySync()).toEqual([
    [1, 2, 3],
    [4, 50, 6],
  ])
  tensor.dispose()
})
