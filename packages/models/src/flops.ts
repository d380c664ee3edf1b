import { type ParameterSpec, sizeOfShape } from './model.ts'

/**
 * Floating-point operations of one training step per example: what the multiplications by weights take, counted from their shapes,
 * a multiplication and an addition each. Forward, gradient of the weights and gradient of the inputs cost the same; the first weight
 * in declared order needs no input gradient. Biases, activations, pooling, reduction and optimizer are not counted. Null where a
 * weight does not say at how many positions it is applied.
 */
export function flopsPerExample(specs: readonly ParameterSpec[]): number | null {
  const forward: number[] = []
  for (const { shape, positions } of specs) {
    if (shape.length === 1) continue
    if (positions === undefined) return null
    forward.push(2 * sizeOfShape(shape) * positions)
  }
  return 3 * forward.reduce((sum, flops) => sum + flops, 0) - (forward[0] ?? 0)
}
