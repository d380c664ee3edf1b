import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './conv2d.ts'
import { reluGrad, tanh, tanhGrad } from './elementwise.ts'
import { identity } from './identity.ts'
import type { Kernel } from './kernel.ts'
import { batchMatMul, dense } from './mat-mul.ts'
import { maxPool, maxPoolGrad, maxPoolWithPositions, maxUnpool, maxUnpoolGrad } from './pool.ts'
import {
  pooledConv2d,
  pooledConv2dAtPositions,
  pooledConv2dBackpropFilter,
  pooledConv2dOutput,
  unpooledConv2dTranspose,
} from './pooled-conv.ts'
import { sum } from './sum.ts'

/** Every kernel that we register, by the name under which TensorFlow.js looks it up. */
export const kernels = {
  BatchMatMul: batchMatMul,
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  Dense: dense,
  Identity: identity,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGrad,
  MaxPoolWithPositions: maxPoolWithPositions,
  MaxUnpool: maxUnpool,
  MaxUnpoolGrad: maxUnpoolGrad,
  PooledConv2D: pooledConv2d,
  PooledConv2DAtPositions: pooledConv2dAtPositions,
  PooledConv2DBackpropFilter: pooledConv2dBackpropFilter,
  PooledConv2DOutput: pooledConv2dOutput,
  ReluGrad: reluGrad,
  Sum: sum,
  Tanh: tanh,
  TanhGrad: tanhGrad,
  UnpooledConv2DTranspose: unpooledConv2dTranspose,
} as const satisfies Record<string, Kernel>
