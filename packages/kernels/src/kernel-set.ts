import { relaxedWasm, simdWasm } from './generated/wasm.ts'

/** The kernel sets, fastest first: fused multiply-add, plain SIMD (same bits on every machine), plain TypeScript. */
export const kernelSets = ['relaxed', 'simd', 'scalar'] as const

/** One of the kernel sets that `registerKernels` can install. */
export type KernelSet = (typeof kernelSets)[number]

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

// Node 20 has relaxed SIMD behind a V8 flag, which takes effect for modules compiled after it is set.
function enableRelaxedSimdInNode(): void {
  const nodeProcess = (globalThis as { process?: NodeJS.Process }).process
  nodeProcess?.getBuiltinModule?.('node:v8')?.setFlagsFromString('--experimental-wasm-relaxed-simd')
}

let relaxedSupport: boolean | undefined

/** Whether this JavaScript engine can compile the `relaxed` set (Node 20 on, current browsers). */
export function supportsRelaxedSimd(): boolean {
  if (relaxedSupport !== undefined) return relaxedSupport
  const bytes = decodeBase64(relaxedWasm)
  relaxedSupport = WebAssembly.validate(bytes)
  if (!relaxedSupport) {
    enableRelaxedSimdInNode()
    relaxedSupport = WebAssembly.validate(bytes)
  }
  return relaxedSupport
}

/** The bytes of a set's WebAssembly module; throws where the engine cannot compile them. */
export function readKernelModule(set: 'relaxed' | 'simd'): Uint8Array<ArrayBuffer> {
  if (set === 'relaxed' && !supportsRelaxedSimd()) {
    throw new RangeError("kernels: 'relaxed' needs an engine with relaxed WebAssembly SIMD, got one without; choose 'simd'")
  }
  return decodeBase64(set === 'relaxed' ? relaxedWasm : simdWasm)
}
