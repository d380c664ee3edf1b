// PyTorch's default initialisation, draw for draw, so that a seed means the same network here and there: uniform in
// [-bound, bound) with bound = 1 / sqrt(fan_in), weights and biases alike, one 32-bit draw a value, in PyTorch's memory order.
import { type ParameterSpec, parameterCount, sizeOfShape } from './model.ts'
import { MersenneTwister } from './random/mersenne-twister.ts'

export interface Initialisation {
  /** Values are drawn row by row in this shape, PyTorch's own. */
  readonly torchShape: readonly number[]
  /** Our axis i is PyTorch's axis axes[i]. */
  readonly axes: readonly number[]
  readonly bound: number
}

/** Draws all parameters: flat, in declared order, without padding. */
export function initialiseParameters(specs: readonly ParameterSpec[], seed: number): Float32Array {
  const generator = new MersenneTwister(seed)
  const flat = new Float32Array(parameterCount(specs))
  let offset = 0
  for (const { shape, init } of specs) {
    const size = sizeOfShape(shape)
    permute(drawUniform(generator, size, init.bound), init, flat.subarray(offset, offset + size))
    offset += size
  }
  return flat
}

function drawUniform(generator: MersenneTwister, count: number, bound: number): Float32Array {
  const low = Math.fround(-bound)
  const range = Math.fround(bound) - low
  // One rounding, of the whole expression, as in PyTorch.
  return Float32Array.from({ length: count }, () => (generator.nextUint32() & 0xffffff) * 2 ** -24 * range + low)
}

function permute(values: Float32Array, { torchShape, axes }: Initialisation, target: Float32Array): void {
  const strides = torchShape.map((_, axis) => sizeOfShape(torchShape.slice(axis + 1)))
  const shape = axes.map((axis) => torchShape[axis])
  const steps = axes.map((axis) => strides[axis])
  const position = new Array<number>(shape.length).fill(0)
  for (let to = 0; to < target.length; to++) {
    target[to] = values[position.reduce((from, index, axis) => from + index * steps[axis], 0)]
    for (let axis = shape.length - 1; axis >= 0 && ++position[axis] === shape[axis]; axis--) position[axis] = 0
  }
}
