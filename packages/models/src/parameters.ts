// The parameters of common layers, as PyTorch draws them.
import type { ParameterSpec } from './model.ts'

export interface ConvolutionOptions {
  kernel: number
  inputs: number
  outputs: number
  /** Pixels of one example at which the kernel is applied: of the output of a convolution, of the input of a transposed one. */
  positions: number
}

/** Weight [kh, kw, in, out] and bias [out] of a convolution. PyTorch: [out, in, kh, kw]. */
export function convolution(name: string, { kernel, inputs, outputs, positions }: ConvolutionOptions): ParameterSpec[] {
  const bound = 1 / Math.sqrt(inputs * kernel * kernel)
  return [
    {
      name: `${name}.weight`,
      shape: [kernel, kernel, inputs, outputs],
      init: { torchShape: [outputs, inputs, kernel, kernel], axes: [2, 3, 1, 0], bound },
      positions,
    },
    vector(`${name}.bias`, outputs, bound),
  ]
}

/** Weight [kh, kw, out, in] and bias [out] of a transposed convolution. PyTorch: [in, out, kh, kw], and fan_in counts outputs. */
export function transposedConvolution(name: string, { kernel, inputs, outputs, positions }: ConvolutionOptions): ParameterSpec[] {
  const bound = 1 / Math.sqrt(outputs * kernel * kernel)
  return [
    {
      name: `${name}.weight`,
      shape: [kernel, kernel, outputs, inputs],
      init: { torchShape: [inputs, outputs, kernel, kernel], axes: [2, 3, 1, 0], bound },
      positions,
    },
    vector(`${name}.bias`, outputs, bound),
  ]
}

/** How a flattened picture is laid out: PyTorch flattens [channels, height, width], TensorFlow.js [height, width, channels]. */
export interface FlattenedPicture {
  height: number
  width: number
  channels: number
}

export interface DenseOptions {
  /** The inputs are this picture, flattened. */
  flattened?: FlattenedPicture
  /** The outputs become this picture. */
  unflattened?: FlattenedPicture
}

/** Weight [in, out] and bias [out] of a dense layer. PyTorch: [out, in]. */
export function dense(name: string, inputs: number, outputs: number, { flattened, unflattened }: DenseOptions = {}): ParameterSpec[] {
  const bound = 1 / Math.sqrt(inputs)
  const outputShape = unflattened === undefined ? [outputs] : torchPicture(unflattened)
  const inputShape = flattened === undefined ? [inputs] : torchPicture(flattened)
  const outputAxes = outputShape.length === 1 ? [0] : [1, 2, 0]
  const inputAxes = (inputShape.length === 1 ? [0] : [1, 2, 0]).map((axis) => axis + outputShape.length)
  return [
    {
      name: `${name}.weight`,
      shape: [inputs, outputs],
      init: { torchShape: [...outputShape, ...inputShape], axes: [...inputAxes, ...outputAxes], bound },
      positions: 1,
    },
    { name: `${name}.bias`, shape: [outputs], init: { torchShape: outputShape, axes: outputAxes, bound } },
  ]
}

/** Number of values in the picture. */
export function sizeOfPicture({ height, width, channels }: FlattenedPicture): number {
  return height * width * channels
}

function vector(name: string, size: number, bound: number): ParameterSpec {
  return { name, shape: [size], init: { torchShape: [size], axes: [0], bound } }
}

function torchPicture({ height, width, channels }: FlattenedPicture): number[] {
  return [channels, height, width]
}
