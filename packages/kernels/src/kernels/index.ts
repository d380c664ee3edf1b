import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './conv2d.ts'
import { reluGrad, tanh, tanhGrad } from './elementwise.ts'
import { identity } from './identity.ts'
import type { Kernel } from './kernel.ts'
import { batchMatMul } from './mat-mul.ts'
import { maxPool, maxPoolGrad, maxPoolWithPositions, maxUnpool, maxUnpoolGrad } from './pool.ts'
import { sum } from './sum.ts'

/** Every kernel that we register, by the name under which TensorFlow.js looks it up. */
export const kernels = {
  BatchMatMul: batchMatMul,
  Conv2D: conv2d,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  Identity: identity,
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGrad,
  MaxPoolWithPositions: maxPoolWithPositions,
  MaxUnpool: maxUnpool,
  MaxUnpoolGrad: maxUnpoolGrad,
  ReluGrad: reluGrad,
  Sum: sum,
  Tanh: tanh,
  TanhGrad: tanhGrad,
} as const satisfies Record<string, Kernel>
