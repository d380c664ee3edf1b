import uPlot from 'uplot'

export interface ChartLine {
  label: string
  colour: string
  width: number
  dash?: number[]
  /** Marks each point: for lines of few points. */
  marked?: boolean
  /** Computed from another line's points: not counted again. */
  derived?: boolean
  xs: readonly number[]
  ys: readonly number[]
}

/** Columns as uPlot wants them: one sorted x column for all lines, null where a line has no finite point. */
export function alignLines(lines: readonly ChartLine[], positiveOnly: boolean): uPlot.AlignedData {
  const drawn = lines.map(({ ys }) => ys.map((y) => (Number.isFinite(y) && (!positiveOnly || y > 0) ? y : null)))
  if (lines.length === 0) return [[]]
  const [{ xs }] = lines
  if (lines.every((line) => line.xs === xs)) return [xs as number[], ...drawn]
  return uPlot.join(lines.map((line, index) => [line.xs as number[], drawn[index]]))
}

/** How many points recorded (not derived from others) are on the chart. */
export function countPoints(lines: readonly ChartLine[]): number {
  return lines
    .filter(({ derived }) => !derived)
    .reduce((sum, { ys }) => sum + ys.reduce((count, y) => count + (Number.isFinite(y) ? 1 : 0), 0), 0)
}

/** The greatest x of all lines; null where there is none. */
export function lastX(lines: readonly ChartLine[]): number | null {
  const ends = lines.flatMap(({ xs }) => (xs.length > 0 ? [xs[xs.length - 1]] : []))
  return ends.length > 0 ? Math.max(...ends) : null
}
