import type { ConvGeometry, PooledConvGeometry, PoolGeometry } from '../geometry.ts'
import * as conv from '../reference/conv2d.ts'
import * as elementwise from '../reference/elementwise.ts'
import { dense, matMul } from '../reference/mat-mul.ts'
import * as pool from '../reference/pool.ts'
import * as pooled from '../reference/pooled-conv.ts'
import { sumRows } from '../reference/sum.ts'
import type { KernelMath, PooledConvolutions } from './kernel-math.ts'

const convIn = (g: ConvGeometry) => g.batch * g.inHeight * g.inWidth * g.inChannels
const convOut = (g: ConvGeometry) => g.batch * g.outHeight * g.outWidth * g.outChannels
const convFilter = (g: ConvGeometry) => g.filterHeight * g.filterWidth * g.inChannels * g.outChannels
const denseSize = (g: PooledConvGeometry) => g.batch * g.height * g.width * g.channels
const pooledSize = (g: PooledConvGeometry) => g.batch * g.rows * g.columns * g.features
const pooledFilterSize = (g: PooledConvGeometry) => g.filterHeight * g.filterWidth * g.channels * g.features
const poolIn = (g: PoolGeometry) => g.batch * g.height * g.width * g.channels
const poolOut = (g: PoolGeometry) => g.batch * g.outHeight * g.outWidth * g.channels

type View<T> = (address: number, count: number) => T

function createPooledConvolutions(floats: View<Float32Array>, ints: View<Int32Array>): PooledConvolutions {
  return {
    pooledConv2d: (g, x, filter, bias, out, positions) =>
      pooled.pooledConv2d(
        g,
        floats(x, denseSize(g)),
        floats(filter, pooledFilterSize(g)),
        floats(bias, g.features),
        floats(out, pooledSize(g)),
        ints(positions, pooledSize(g)),
      ),
    pooledConv2dAtPositions: (g, x, positions, filter, out) =>
      pooled.pooledConv2dAtPositions(
        g,
        floats(x, denseSize(g)),
        ints(positions, pooledSize(g)),
        floats(filter, pooledFilterSize(g)),
        floats(out, pooledSize(g)),
      ),
    pooledConv2dBackpropFilter: (g, x, dy, positions, dFilter) =>
      pooled.pooledConv2dBackpropFilter(
        g,
        floats(x, denseSize(g)),
        floats(dy, pooledSize(g)),
        ints(positions, pooledSize(g)),
        floats(dFilter, pooledFilterSize(g)),
      ),
    unpooledConv2dTranspose: (g, x, positions, filter, bias, out) =>
      pooled.unpooledConv2dTranspose(
        g,
        floats(x, pooledSize(g)),
        ints(positions, pooledSize(g)),
        floats(filter, pooledFilterSize(g)),
        bias === 0 ? null : floats(bias, g.channels),
        floats(out, denseSize(g)),
      ),
  }
}

/** The plain TypeScript references on the backend's memory; views are taken anew each time, for memory may grow. */
export function createScalarMath(memory: WebAssembly.Memory): KernelMath {
  const floats = (address: number, count: number) => new Float32Array(memory.buffer, address, count)
  const ints = (address: number, count: number) => new Int32Array(memory.buffer, address, count)
  return {
    conv2d: (g, x, filter, out) => conv.conv2d(g, floats(x, convIn(g)), floats(filter, convFilter(g)), floats(out, convOut(g))),
    conv2dBackpropInput: (g, dy, filter, dx) =>
      conv.conv2dBackpropInput(g, floats(dy, convOut(g)), floats(filter, convFilter(g)), floats(dx, convIn(g))),
    conv2dBackpropFilter: (g, x, dy, dFilter) =>
      conv.conv2dBackpropFilter(g, floats(x, convIn(g)), floats(dy, convOut(g)), floats(dFilter, convFilter(g))),
    matMul: (g, a, b, out) => matMul(g, floats(a, g.rows * g.depth), floats(b, g.depth * g.columns), floats(out, g.rows * g.columns)),
    dense: (g, x, weight, bias, out) =>
      dense(g, floats(x, g.rows * g.depth), floats(weight, g.depth * g.columns), floats(bias, g.columns), floats(out, g.rows * g.columns)),
    maxPool: (g, x, out, positions) =>
      pool.maxPool(g, floats(x, poolIn(g)), floats(out, poolOut(g)), positions === 0 ? null : ints(positions, poolOut(g))),
    maxPoolGrad: (g, x, dy, dx) => pool.maxPoolGrad(g, floats(x, poolIn(g)), floats(dy, poolOut(g)), floats(dx, poolIn(g))),
    maxUnpool: (g, x, positions, out) => pool.maxUnpool(g, floats(x, poolOut(g)), ints(positions, poolOut(g)), floats(out, poolIn(g))),
    maxUnpoolGrad: (g, dy, positions, dx) =>
      pool.maxUnpoolGrad(g, floats(dy, poolIn(g)), ints(positions, poolOut(g)), floats(dx, poolOut(g))),
    ...createPooledConvolutions(floats, ints),
    tanh: (count, x, out) => elementwise.tanh(floats(x, count), floats(out, count)),
    tanhGrad: (count, y, dy, dx) => elementwise.tanhGrad(floats(y, count), floats(dy, count), floats(dx, count)),
    reluGrad: (count, dy, x, dx) => elementwise.reluGrad(floats(dy, count), floats(x, count), floats(dx, count)),
    sumRows: (rows, columns, x, out) => sumRows(floats(x, rows * columns), floats(out, columns)),
  }
}
