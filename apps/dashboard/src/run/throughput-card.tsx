'use client'
import type { RunView } from '@lockstep/shared'
import { valuesOf } from '@lockstep/shared'
import { useMemo } from 'react'
import type { ChartLine } from '../charts/chart-data.ts'
import { smooth } from '../charts/ema.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { formatCount } from '../format.ts'
import { useTheme } from '../frame/theme.ts'
import { useRunColours } from '../live/use-live.ts'
import { noStepsText } from './no-steps.ts'
import styles from './run-page.module.css'

const throughputSmoothing = 0.9
const chartHeight = 176

/** Images per second of every step. */
export function ThroughputCard({ view }: { view: RunView }) {
  const colour = useRunColours()(view.run.id)[useTheme()]
  const series = view.series['train/examples_per_second']
  const lines = useMemo((): ChartLine[] => {
    const raw = series ? valuesOf(series) : []
    const xs = series?.steps ?? []
    return [
      { label: 'raw', colour: `${colour}59`, width: 1, xs, ys: raw },
      { label: 'smoothed', colour, width: 2, derived: true, xs, ys: smooth(raw, throughputSmoothing) },
    ]
  }, [series, colour])
  return (
    <section className={`card ${styles.narrow} ${styles.stretch}`}>
      <header>
        <h2>Images per second</h2>
      </header>
      <LineChart lines={lines} height={chartHeight} formatValue={formatCount} testId="throughput-chart" emptyText={noStepsText(view.run)} />
    </section>
  )
}
