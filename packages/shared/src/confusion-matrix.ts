// counts[actual][predicted], as in the architecture brief.

export interface ClassReport {
  label: string
  /** Share of the examples predicted as this class that are of it; NaN where none was predicted. */
  precision: number
  /** Share of this class's examples that were found; NaN where it has none. */
  recall: number
  f1: number
  /** Examples of this class. */
  support: number
}

/** Counts of (actual, predicted) pairs, `classes` x `classes`. Both inputs hold one class index per example. */
export function countConfusion(actual: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  if (actual.length !== predicted.length) {
    throw new RangeError(`confusion matrix: needs one prediction per label, got ${predicted.length} for ${actual.length}`)
  }
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let i = 0; i < actual.length; i++) counts[actual[i]][predicted[i]]++
  return counts
}

/** Share of examples on the diagonal; NaN for an empty matrix. */
export function accuracyOf(counts: readonly (readonly number[])[]): number {
  let right = 0
  let total = 0
  for (const [actual, row] of counts.entries()) {
    right += row[actual]
    for (const count of row) total += count
  }
  return right / total
}

/** Precision, recall, F1 and support of every class. */
export function classReports(counts: readonly (readonly number[])[], labels: readonly string[]): ClassReport[] {
  return labels.map((label, k) => {
    const support = counts[k].reduce((sum, count) => sum + count, 0)
    const predicted = counts.reduce((sum, row) => sum + row[k], 0)
    const hits = counts[k][k]
    return { label, support, precision: hits / predicted, recall: hits / support, f1: (2 * hits) / (support + predicted) }
  })
}
