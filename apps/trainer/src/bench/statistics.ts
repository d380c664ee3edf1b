/** The middle value; the mean of the two middle ones where there are two. Throws on an empty list. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The smallest value that at least `share` of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  return ascending(values)[Math.max(0, Math.ceil(share * values.length) - 1)]
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('statistics: values must not be empty, got none')
  return values.toSorted((a, b) => a - b)
}
