import type { WasmBackend } from '../backend.ts'

/** Working memory on the backend's heap, kept between calls: its contents are undefined at each `reserve`. */
export class Scratch {
  #address = 0
  #bytes = 0
  readonly #wasm: WasmBackend['wasm']

  constructor(backend: WasmBackend) {
    this.#wasm = backend.wasm
  }

  /** The address of at least `bytes` bytes; what an earlier call returned is void. */
  reserve(bytes: number): number {
    if (bytes <= this.#bytes) return this.#address
    this.close()
    this.#address = this.#wasm._malloc(bytes) >>> 0
    if (this.#address === 0) throw new RangeError(`kernels: scratch memory must fit into the wasm heap, got ${bytes} bytes`)
    this.#bytes = bytes
    return this.#address
  }

  close(): void {
    if (this.#address !== 0) this.#wasm._free(this.#address)
    this.#address = 0
    this.#bytes = 0
  }
}
