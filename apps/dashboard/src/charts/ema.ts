/** The most that smoothing may keep of the past; more would flatten any run. */
export const maxSmoothing = 0.99

/**
 * Exponential moving average with the start-up bias divided out, over all points. Non-finite points are left out and come back as NaN.
 * `smoothing` is the share of the past that each point keeps, from 0 (the points themselves) to `maxSmoothing`.
 */
export function smooth(values: readonly number[], smoothing: number): number[] {
  const keep = Math.min(Math.max(smoothing, 0), maxSmoothing)
  let average = 0
  let weight = 0
  return values.map((value) => {
    if (!Number.isFinite(value)) return Number.NaN
    average = keep * average + (1 - keep) * value
    weight = keep * weight + (1 - keep)
    return average / weight
  })
}
