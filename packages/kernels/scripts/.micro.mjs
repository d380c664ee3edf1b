import { relaxedWasm, simdWasm } from '../dist/generated/wasm.js'
import { supportsRelaxedSimd } from '../dist/index.js'

supportsRelaxedSimd()
const memory = new WebAssembly.Memory({ initial: 600 })
const median = (f, work) => {
  for (let i = 0; i < 30; i++) f()
  const t = []
  for (let i = 0; i < 40; i++) {
    const s = performance.now()
    for (let j = 0; j < 10; j++) f()
    t.push((performance.now() - s) / 10)
  }
  t.sort((a, b) => a - b)
  return (work / t[20] / 1e6).toFixed(1)
}
for (const [name, b64] of Object.entries({ relaxedWasm, simdWasm })) {
  const {
    instance: { exports: w },
  } = await WebAssembly.instantiate(Buffer.from(b64, 'base64'), { env: { memory } })
  const rows = 192,
    depth = 288,
    cols = 16
  const A = 1 << 20,
    B = 2 << 20,
    C = 3 << 20,
    T = 4 << 20,
    TILE = 5 << 20
  w.fillOffsets(T, rows, 1, 1, depth * 4, 0)
  const gem = median(() => w.multiplyRows(A, T, rows, 0, depth, 1, B, 32, depth * 32, C, cols, false, TILE), 2 * rows * depth * cols)
  const run3 = median(() => w.multiplyRows(A, T, rows, 0, 96, 3, B, 32, depth * 32, C, cols, false, TILE), 2 * rows * depth * cols)
  const k9 = median(() => w.multiplyRows(A, T, rows * 4, 0, 3, 3, B, 32, 9 * 32, C, 32, false, TILE), 2 * rows * 4 * 9 * 32)
  w.fillOffsets(T, 3, 1, 96, 16 * 32 * 4, 0)
  const filt = median(() => w.multiplyColumns(A, T, 288, 128, 256, 14, 14, B, 64, 32, C, 16, true, TILE), 2 * 288 * 196 * 16)
  w.fillOffsets(T, 3, 1, 3, 30 * 4, 0)
  const filt9 = median(() => w.multiplyColumns(A, T, 9, 4, 8, 28, 28, B, 128, 32, C, 32, true, TILE), 2 * 9 * 784 * 32)
  w.fillOffsets(T, 28, 28, 1, 30 * 32 * 4, 128)
  const dots = median(() => w.multiplyDots(A, T, 784, 30 * 128 - 96 * 4, 96, 3, B, C, 1), 2 * 288 * 784)
  console.log(name, { gem, run3, k9, filt, filt9, dots })
}
