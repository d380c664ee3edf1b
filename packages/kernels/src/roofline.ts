// How fast this thread multiplies and adds when nothing else is in its way: what a kernel's GFLOP/s are compared with.
import { type KernelSet, readKernelModule } from './kernel-set.ts'
import type { WasmExports } from './math/wasm-exports.ts'
import { matMul } from './reference/mat-mul.ts'

/** Register tiles that are tried, rows x columns of accumulators; the scalar set has a plain matrix product instead. */
export const rooflineTiles = ['4x8', '6x8', 'scalar'] as const
type Tile = (typeof rooflineTiles)[number]

export interface Roofline {
  /** 10^9 multiplications and additions a second, of the fastest tile. */
  gflops: number
  tile: Tile
  /** Every tile that was timed. */
  gflopsPerTile: Partial<Record<Tile, number>>
}

/** A [depth][6] and B [depth][8] are 14 KB: within any first-level cache, and few enough accumulator stores not to matter. */
const depth = 256
const columns = 8
const floatBytes = 4
const scalarRows = 4

/** Runs one batch of products and returns how many operations it did. */
type Work = () => number

/**
 * The best rate of a register-blocked product with the set's instructions, on this thread, with its operands in the first-level
 * cache. Each tile is timed for `milliseconds` in slices, of which the fastest counts: other load can only slow one down.
 */
export async function measureRoofline(set: KernelSet, milliseconds = 200): Promise<Roofline> {
  const works = set === 'scalar' ? { scalar: scalarWork() } : await tileWorks(set)
  const gflopsPerTile: Roofline['gflopsPerTile'] = {}
  for (const [tile, work] of Object.entries(works)) gflopsPerTile[tile as Tile] = fastest(work, milliseconds)
  const [tile, gflops] = (Object.entries(gflopsPerTile) as [Tile, number][]).reduce((best, next) => (next[1] > best[1] ? next : best))
  return { gflops, tile, gflopsPerTile }
}

async function tileWorks(set: 'relaxed' | 'simd'): Promise<Partial<Record<Tile, Work>>> {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { instance } = await WebAssembly.instantiate(readKernelModule(set), { env: { memory } })
  const { roofline4x8, roofline6x8 } = instance.exports as unknown as WasmExports
  const rowsMost = 6
  const a = 0
  const b = a + depth * rowsMost * floatBytes
  const c = b + depth * columns * floatBytes
  new Float32Array(memory.buffer).fill(1 / 3)
  const repeats = 100
  const work = (rows: number, run: WasmExports['roofline4x8']) => () => {
    run(a, b, c, depth, repeats)
    return 2 * rows * columns * depth * repeats
  }
  return { '4x8': work(4, roofline4x8), '6x8': work(rowsMost, roofline6x8) }
}

function scalarWork(): Work {
  const geometry = { rows: scalarRows, depth, columns, transposeA: false, transposeB: false }
  const filled = (length: number) => new Float32Array(length).fill(1 / 3)
  const [a, b, out] = [filled(scalarRows * depth), filled(depth * columns), filled(scalarRows * columns)]
  return () => {
    matMul(geometry, a, b, out)
    return 2 * scalarRows * columns * depth
  }
}

/** 10^9 operations a second in the fastest slice. The first slices also let the engine compile the loop. */
function fastest(work: Work, milliseconds: number): number {
  const sliceMs = 5
  let best = 0
  for (const start = performance.now(); performance.now() - start < milliseconds; ) {
    const sliceStart = performance.now()
    let operations = 0
    let elapsed = 0
    while (elapsed < sliceMs) {
      operations += work()
      elapsed = performance.now() - sliceStart
    }
    best = Math.max(best, operations / elapsed / 1e6)
  }
  return best
}
