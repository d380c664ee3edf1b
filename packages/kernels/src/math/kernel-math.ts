import type { ConvGeometry, PooledConvGeometry, PoolGeometry } from '../geometry.ts'
import type { MatMulGeometry } from '../reference/mat-mul.ts'

// What a kernel set implements. Every argument that is not a geometry or a count is the byte address of a dense
// tensor in the backend's memory; outputs are written whole.
export interface KernelMath {
  conv2d(g: ConvGeometry, x: number, filter: number, out: number): void
  conv2dBackpropInput(g: ConvGeometry, dy: number, filter: number, dx: number): void
  conv2dBackpropFilter(g: ConvGeometry, x: number, dy: number, dFilter: number): void
  matMul(g: MatMulGeometry, a: number, b: number, out: number): void
  /** out = a · b, plus the bias in every row. */
  dense(g: MatMulGeometry, x: number, weight: number, bias: number, out: number): void
  /** `positions` is 0 where they are not wanted. */
  maxPool(g: PoolGeometry, x: number, out: number, positions: number): void
  maxPoolGrad(g: PoolGeometry, x: number, dy: number, dx: number): void
  maxUnpool(g: PoolGeometry, x: number, positions: number, out: number): void
  maxUnpoolGrad(g: PoolGeometry, dy: number, positions: number, dx: number): void
  /** out, positions = the highest of each window of (x convolved with filter, plus bias). */
  pooledConv2d(g: PooledConvGeometry, x: number, filter: number, bias: number, out: number, positions: number): void
  /** out = what x convolved with filter has at the positions. */
  pooledConv2dAtPositions(g: PooledConvGeometry, x: number, positions: number, filter: number, out: number): void
  /** dFilter = the gradient of the filter, from dense x and pooled dy. */
  pooledConv2dBackpropFilter(g: PooledConvGeometry, x: number, dy: number, positions: number, dFilter: number): void
  /** out = the transposed convolution of the unpooled x, plus bias; `bias` is 0 where there is none. */
  unpooledConv2dTranspose(g: PooledConvGeometry, x: number, positions: number, filter: number, bias: number, out: number): void
  tanh(count: number, x: number, out: number): void
  tanhGrad(count: number, y: number, dy: number, dx: number): void
  reluGrad(count: number, dy: number, x: number, dx: number): void
  sumRows(rows: number, columns: number, x: number, out: number): void
}

/** The products of a convolution with its pooling. */
export type PooledConvolutions = Pick<
  KernelMath,
  'pooledConv2d' | 'pooledConv2dAtPositions' | 'pooledConv2dBackpropFilter' | 'unpooledConv2dTranspose'
>
