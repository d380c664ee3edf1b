'use client'
import type { RunView } from '@lockstep/shared'
import { valuesOf } from '@lockstep/shared'
import { useMemo, useState } from 'react'
import type { ChartLine } from '../charts/chart-data.ts'
import { smooth } from '../charts/ema.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { SmoothingControl } from '../charts/smoothing-control.tsx'
import { formatLoss } from '../format.ts'
import { useTheme } from '../frame/theme.ts'
import { useRunColours } from '../live/use-live.ts'
import { noStepsText } from './no-steps.ts'
import styles from './run-page.module.css'

const chartHeight = 300

/** The loss of every step, raw and faint, with its moving average; validation dashed. */
export function LossCard({ view }: { view: RunView }) {
  const [smoothing, setSmoothing] = useState(0.6)
  const [logarithmic, setLogarithmic] = useState(false)
  const colour = useRunColours()(view.run.id)[useTheme()]
  const training = view.series['train/loss']
  const validation = view.series['validation/loss']
  const lines = useMemo(() => {
    const raw = training ? valuesOf(training) : []
    const xs = training?.steps ?? []
    const drawn: ChartLine[] = [
      { label: 'loss', colour: `${colour}59`, width: 1, xs, ys: raw },
      { label: 'smoothed', colour, width: 2, derived: true, xs, ys: smooth(raw, smoothing) },
    ]
    if (validation)
      drawn.push({ label: 'validation', colour, width: 1.5, dash: [6, 4], marked: true, xs: validation.steps, ys: valuesOf(validation) })
    return drawn
  }, [training, validation, colour, smoothing])
  const lost = lines[0].ys.findIndex((value) => !Number.isFinite(value))
  return (
    <section className={`card ${styles.wide}`}>
      <header>
        <h2>Loss</h2>
        {lost >= 0 && <span className={styles.warning}>not finite from step {lines[0].xs[lost]}</span>}
        <SmoothingControl value={smoothing} onChange={setSmoothing} />
        <button type="button" className="button small" aria-pressed={logarithmic} onClick={() => setLogarithmic(!logarithmic)}>
          log
        </button>
      </header>
      <LineChart
        lines={lines}
        height={chartHeight}
        logarithmic={logarithmic}
        formatValue={formatLoss}
        testId="loss-chart"
        emptyText={noStepsText(view.run)}
      />
    </section>
  )
}
