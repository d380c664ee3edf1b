import type { WasmBackend } from '../backend.ts'
import type { PoolGeometry } from '../geometry.ts'
import { readKernelModule } from '../kernel-set.ts'
import type { KernelMath } from './kernel-math.ts'
import { Scratch } from './scratch.ts'
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './wasm-conv2d.ts'
import type { WasmExports } from './wasm-exports.ts'
import { matMul } from './wasm-mat-mul.ts'
import { createPooledConvolutions } from './wasm-pooled-conv.ts'

const FLOAT_BYTES = 4

type WindowNumbers = [number, number, number, number, number, number, number, number]

const windowNumbers = (g: PoolGeometry): WindowNumbers => [
  g.batch,
  g.height,
  g.width,
  g.channels,
  g.outHeight,
  g.outWidth,
  g.poolHeight,
  g.poolWidth,
]

const poolNumbers = (g: PoolGeometry): [...WindowNumbers, number, number, number, number] => [
  ...windowNumbers(g),
  g.strideHeight,
  g.strideWidth,
  g.padTop,
  g.padLeft,
]

async function instantiate(set: 'relaxed' | 'simd', memory: WebAssembly.Memory): Promise<WasmExports> {
  const { instance } = await WebAssembly.instantiate(readKernelModule(set), { env: { memory } })
  return instance.exports as unknown as WasmExports
}

function createPooling(wasm: WasmExports, scratch: Scratch): Pick<KernelMath, 'maxPool' | 'maxPoolGrad' | 'maxUnpool' | 'maxUnpoolGrad'> {
  const inputBytes = (g: PoolGeometry) => g.batch * g.height * g.width * g.channels * FLOAT_BYTES
  const outputBytes = (g: PoolGeometry) => g.batch * g.outHeight * g.outWidth * g.channels * FLOAT_BYTES
  return {
    maxPool: (g, x, out, positions) => wasm.maxPool(x, out, positions, ...poolNumbers(g)),
    maxPoolGrad: (g, x, dy, dx) => {
      const maxima = scratch.reserve(2 * outputBytes(g))
      const positions = maxima + outputBytes(g)
      wasm.maxPool(x, maxima, positions, ...poolNumbers(g))
      wasm.fill(dx, 0, inputBytes(g))
      wasm.scatterPositions(dy, positions, dx, ...poolNumbers(g))
    },
    maxUnpool: (g, x, positions, out) => {
      if (g.outHeight * g.poolHeight < g.height || g.outWidth * g.poolWidth < g.width) wasm.fill(out, 0, inputBytes(g))
      wasm.placePositions(x, positions, out, ...windowNumbers(g))
    },
    maxUnpoolGrad: (g, dy, positions, dx) => wasm.gatherPositions(dy, positions, dx, ...windowNumbers(g)),
  }
}

/** The SIMD kernels over the backend's own memory. */
export async function createWasmMath(set: 'relaxed' | 'simd', backend: WasmBackend): Promise<KernelMath> {
  const wasm = await instantiate(set, backend.wasm.asm.memory)
  const scratch = new Scratch(backend)
  return {
    ...createPooling(wasm, scratch),
    ...createPooledConvolutions(wasm, scratch),
    conv2d: (g, x, filter, out) => conv2d(wasm, scratch, g, x, filter, out),
    conv2dBackpropInput: (g, dy, filter, dx) => conv2dBackpropInput(wasm, scratch, g, dy, filter, dx),
    conv2dBackpropFilter: (g, x, dy, dFilter) => conv2dBackpropFilter(wasm, scratch, g, x, dy, dFilter),
    matMul: (g, a, b, out) => matMul(wasm, scratch, g, a, b, 0, out),
    dense: (g, x, weight, bias, out) => matMul(wasm, scratch, g, x, weight, bias, out),
    tanh: (count, x, out) => wasm.tanh(x, out, count),
    tanhGrad: (count, y, dy, dx) => wasm.tanhGrad(y, dy, dx, count),
    reluGrad: (count, dy, x, dx) => wasm.reluGrad(dy, x, dx, count),
    sumRows: (rows, columns, x, out) => {
      if (columns === 1) wasm.sumAll(x, out, rows)
      else wasm.sumRows(x, out, rows, columns)
    },
  }
}
