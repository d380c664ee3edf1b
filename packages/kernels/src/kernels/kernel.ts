import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../backend.ts'
import type { KernelMath } from '../math/kernel-math.ts'

/** What a kernel is called with, typed by its own inputs and attributes. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs
  readonly attrs: Attributes
  readonly backend: WasmBackend
  readonly math: KernelMath
}

type Implementation<Inputs, Attributes> = (call: KernelCall<Inputs, Attributes>) => TensorInfo | TensorInfo[] | null

/** One kernel of ours: given the math of the chosen set and the stock kernel, the function to register. */
export type Kernel = (math: KernelMath, stock: KernelFunc | undefined) => KernelFunc

/** Builds a kernel; where `implementation` returns null, the stock kernel of the same name takes over. */
export function defineKernel<Inputs, Attributes = Record<string, never>>(
  name: string,
  implementation: Implementation<Inputs, Attributes>,
): Kernel {
  return (math, stock) => (call) => {
    const own = implementation({ ...(call as unknown as Omit<KernelCall<Inputs, Attributes>, 'math'>), math })
    if (own !== null) return own
    if (!stock) throw new RangeError(`${name}: only float32 tensors in NHWC layout without dilation are supported, got others`)
    return stock(call)
  }
}

/** Whether every tensor is float32, which is all that our kernels compute. */
export function areFloats(...tensors: TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === 'float32')
}
