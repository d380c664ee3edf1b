import type { ConvGeometry, PoolGeometry } from '../geometry.ts'
import type { MatMulGeometry } from '../reference/mat-mul.ts'

// What a kernel set implements. Every argument that is not a geometry or a count is the byte address of a dense
// tensor in the backend's memory; outputs are written whole.
export interface KernelMath {
  conv2d(g: ConvGeometry, x: number, filter: number, out: number): void
  conv2dBackpropInput(g: ConvGeometry, dy: number, filter: number, dx: number): void
  conv2dBackpropFilter(g: ConvGeometry, x: number, dy: number, dFilter: number): void
  matMul(g: MatMulGeometry, a: number, b: number, out: number): void
  /** `positions` is 0 where they are not wanted. */
  maxPool(g: PoolGeometry, x: number, out: number, positions: number): void
  maxPoolGrad(g: PoolGeometry, x: number, dy: number, dx: number): void
  maxUnpool(g: PoolGeometry, x: number, positions: number, out: number): void
  maxUnpoolGrad(g: PoolGeometry, dy: number, positions: number, dx: number): void
  tanh(count: number, x: number, out: number): void
  tanhGrad(count: number, y: number, dy: number, dx: number): void
  reluGrad(count: number, dy: number, x: number, dx: number): void
  sumRows(rows: number, columns: number, x: number, out: number): void
}
