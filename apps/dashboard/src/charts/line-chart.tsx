'use client'
import 'uplot/dist/uPlot.min.css'
import { useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import { formatTick } from '../format.ts'
import { type Theme, useTheme } from '../frame/theme.ts'
import { alignLines, type ChartLine, countPoints, lastX } from './chart-data.ts'
import styles from './line-chart.module.css'

interface LineChartProps {
  lines: readonly ChartLine[]
  height: number
  logarithmic?: boolean
  formatValue: (value: number) => string
  testId: string
  /** What to say while there is no point. */
  emptyText: string
}

const inks: Record<Theme, { text: string; grid: string }> = {
  light: { text: '#5d6268', grid: '#ececea' },
  dark: { text: '#9aa1a9', grid: '#24282c' },
}

/** Lines over steps on a canvas. Points arrive without moving anything; drag zooms, a double click shows all again. */
export function LineChart({ lines, height, logarithmic = false, formatValue, testId, emptyText }: LineChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const zoomed = useRef(false)
  const [cursor, setCursor] = useState<number | null>(null)
  const theme = useTheme()
  const data = useMemo(() => alignLines(lines, logarithmic), [lines, logarithmic])
  const latest = useRef(data)
  latest.current = data
  const look = JSON.stringify(lines.map(({ label, colour, width, dash, marked }) => ({ label, colour, width, dash, marked })))

  useEffect(() => {
    if (!host.current) return
    const element = host.current
    const options = plotOptions({ lines: JSON.parse(look), height, logarithmic, theme, zoomed, onCursor: setCursor })
    const created = new uPlot({ ...options, width: element.clientWidth }, latest.current, element)
    plot.current = created
    zoomed.current = false
    const observer = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      created.destroy()
      plot.current = null
    }
  }, [look, height, logarithmic, theme])

  useEffect(() => {
    const current = plot.current
    if (!current || current.data === data) return
    const { min, max } = current.scales.x
    current.setData(data, !zoomed.current)
    if (zoomed.current && min !== undefined && max !== undefined) current.setScale('x', { min, max })
  }, [data])

  const points = countPoints(lines)
  return (
    <div
      className={styles.chart}
      data-testid={testId}
      data-points={points}
      data-last-step={lastX(lines) ?? ''}
      data-series={lines.filter(({ derived }) => !derived).length}
    >
      <div ref={host} style={{ height }} />
      {points === 0 && <p className={styles.empty}>{emptyText}</p>}
      <Readout lines={lines} data={data} cursor={cursor} formatValue={formatValue} />
    </div>
  )
}

interface ReadoutProps {
  lines: readonly ChartLine[]
  data: uPlot.AlignedData
  cursor: number | null
  formatValue: (value: number) => string
}

/** Exact values under the pointer, else the newest ones; it is the legend too. */
function Readout({ lines, data, cursor, formatValue }: ReadoutProps) {
  const index = Math.min(cursor ?? data[0].length - 1, data[0].length - 1)
  return (
    <div className={styles.readout}>
      <span>
        step <b>{index >= 0 ? data[0][index].toLocaleString('en-US') : '–'}</b>
      </span>
      {lines.map((line, order) => (
        <span key={line.label}>
          <svg width="14" height="8" aria-hidden="true">
            <line
              x1="0"
              x2="14"
              y1="4"
              y2="4"
              stroke={line.colour}
              strokeWidth={Math.max(line.width, 1.5)}
              strokeDasharray={line.dash?.join(' ')}
            />
          </svg>
          {line.label} <b>{valueText(valueAt(data[order + 1], index, cursor === null), formatValue)}</b>
        </span>
      ))}
    </div>
  )
}

/** The value at the index; the last one before it for lines that have no point there and nobody points at it. */
function valueAt(column: uPlot.AlignedData[number] | undefined, index: number, orBefore: boolean): number | null {
  let at = index
  while (orBefore && at > 0 && column?.[at] == null) at--
  return column?.[at] ?? null
}

function valueText(value: number | null, formatValue: (value: number) => string): string {
  return value === null ? '–' : formatValue(value)
}

interface PlotLook {
  lines: readonly ChartLine[]
  height: number
  logarithmic: boolean
  theme: Theme
  zoomed: { current: boolean }
  onCursor: (index: number | null) => void
}

function plotOptions({ lines, height, logarithmic, theme, zoomed, onCursor }: PlotLook): Omit<uPlot.Options, 'width'> {
  const { text, grid } = inks[theme]
  const axis: uPlot.Axis = {
    stroke: text,
    font: '12px "Inter Variable", sans-serif',
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    border: { show: false },
  }
  return {
    height,
    legend: { show: false },
    padding: [12, 12, 0, 0],
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: true, y: false },
      bind: {
        dblclick: (_plot, _target, handler) => (event: MouseEvent) => {
          zoomed.current = false
          return handler(event)
        },
      },
    },
    hooks: {
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      setSelect: [
        () => {
          zoomed.current = true
        },
      ],
    },
    scales: {
      x: { time: false, range: (_plot, min, max) => (min === null ? [0, 100] : [min, Math.max(max, min + 1)]) },
      y: { distr: logarithmic ? 3 : 1, range: logarithmic ? logarithmicRange : rangeWithMargin },
    },
    axes: [
      { ...axis, size: 28, values: (_plot, splits) => splits.map((step) => (Number.isInteger(step) ? step.toLocaleString('en-US') : '')) },
      {
        ...axis,
        size: 56,
        values: (_plot, splits) => tickTexts(splits, logarithmic),
      },
    ],
    series: [{}, ...lines.map(seriesOf)],
  }
}

function seriesOf({ label, colour, width, dash, marked }: ChartLine): uPlot.Series {
  return { label, stroke: colour, width, dash, spanGaps: true, points: { show: marked === true, size: 5, fill: colour, width: 0 } }
}

/** A logarithmic axis over little has hardly a round number: then every line of it is named. */
function tickTexts(splits: readonly (number | null)[], logarithmic: boolean): string[] {
  const isNamed = logarithmic && splits.filter((value) => value !== null && isRound(value)).length > 1 ? isRound : () => true
  return splits.map((value) => (value === null || !isNamed(value) ? '' : formatTick(value)))
}

/** 1, 2 and 5 times a power of ten: what a logarithmic axis names. */
function isRound(value: number): boolean {
  const leading = value / 10 ** Math.floor(Math.log10(value) + 1e-9)
  return [1, 2, 5].some((digit) => Math.abs(leading - digit) < 1e-6)
}

function logarithmicRange(_plot: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax {
  return min === null || max === null ? [0.1, 1] : [min / 1.1, max * 1.1]
}

function rangeWithMargin(_plot: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax {
  if (min === null || max === null) return [0, 1]
  const margin = (max - min || Math.abs(max) || 1) * 0.08
  return [min >= 0 ? Math.max(0, min - margin) : min - margin, max + margin]
}
