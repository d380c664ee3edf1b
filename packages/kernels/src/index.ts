export { viewFloats } from './backend.ts'
export type { ConvGeometry, PoolGeometry } from './geometry.ts'
export { type KernelSet, kernelSets, supportsRelaxedSimd } from './kernel-set.ts'
export { type KernelProfile, type KernelTotals, profileKernels } from './profile.ts'
export {
  conv2d as referenceConv2d,
  conv2dBackpropFilter as referenceConv2dBackpropFilter,
  conv2dBackpropInput as referenceConv2dBackpropInput,
} from './reference/conv2d.ts'
export { reluGrad as referenceReluGrad, tanh as referenceTanh, tanhGrad as referenceTanhGrad } from './reference/elementwise.ts'
export { type MatMulGeometry, matMul as referenceMatMul } from './reference/mat-mul.ts'
export {
  maxPool as referenceMaxPool,
  maxPoolGrad as referenceMaxPoolGrad,
  maxUnpool as referenceMaxUnpool,
  maxUnpoolGrad as referenceMaxUnpoolGrad,
} from './reference/pool.ts'
export { sumRows as referenceSumRows } from './reference/sum.ts'
export { registerKernels } from './register.ts'
export { measureRoofline, type Roofline, rooflineTiles } from './roofline.ts'
