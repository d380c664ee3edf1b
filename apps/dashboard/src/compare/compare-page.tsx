'use client'
import { type RunSummary, type RunView, valuesOf } from '@lockstep/shared'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import type { ChartLine } from '../charts/chart-data.ts'
import { smooth } from '../charts/ema.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { type ColourPair, dashesFor } from '../charts/run-colours.ts'
import { SmoothingControl } from '../charts/smoothing-control.tsx'
import { formatLoss } from '../format.ts'
import { type Theme, useTheme } from '../frame/theme.ts'
import { useRunColours, useRuns, useWatchedRuns } from '../live/use-live.ts'
import styles from './compare-page.module.css'
import { DifferenceTable } from './difference-table.tsx'
import { identicalBefore } from './identical-runs.ts'
import { RunPicker } from './run-picker.tsx'

const mostRuns = 10
const chartHeight = 380
/** Gaps as long as the dashes, through which the line beneath shows. */
const twinDash = [5, 5]
const lineWidth = 1.75
/** Thick enough that alternating colours are seen, even like ones. */
const twinWidth = 3.5

/** Chosen runs' losses on one chart and their configs side by side; the choice is in the address. */
export function ComparePage() {
  const runs = useRuns()
  const chosen = useChosenRuns(runs)
  const watched = useWatchedRuns(chosen)
  const views = watched.flatMap(({ view }) => (view === null ? [] : [view]))
  const toggle = (id: string): void =>
    writeChoice(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id].slice(-mostRuns))
  return (
    <div className={styles.page}>
      <RunPicker runs={runs} chosen={chosen} onToggle={toggle} />
      <div className={styles.results}>
        <CurvesCard views={views} />
        <DifferenceTable views={views} />
      </div>
    </div>
  )
}

/** The ids in the address that exist; the two newest runs with a step if it names none. */
function useChosenRuns(runs: RunSummary[] | null): string[] {
  const named = useSearchParams().get('runs')
  if (runs === null) return []
  if (named === null)
    return runs
      .filter(({ step }) => step > 0)
      .slice(0, 2)
      .map(({ id }) => id)
  return named
    .split(',')
    .filter((id, index, all) => runs.some((run) => run.id === id) && all.indexOf(id) === index)
    .slice(0, mostRuns)
}

/** The router would fetch the page again; the history alone changes the address and the hook above follows. */
function writeChoice(chosen: readonly string[]): void {
  window.history.replaceState(null, '', `?runs=${chosen.join(',')}`)
}

function CurvesCard({ views }: { views: readonly RunView[] }) {
  const [smoothing, setSmoothing] = useState(0.6)
  const [logarithmic, setLogarithmic] = useState(true)
  const theme = useTheme()
  const colourOf = useRunColours()
  const colours = views.map(({ run }) => colourOf(run.id))
  const lines = lossLines(views, colours, { smoothing, theme })
  return (
    <section className="card">
      <header>
        <h2>
          Training loss <span className="unit">over steps</span>
        </h2>
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
        testId="compare-chart"
        emptyText="choose runs to compare"
      />
    </section>
  )
}

function lossLines(
  views: readonly RunView[],
  colours: readonly ColourPair[],
  { smoothing, theme }: { smoothing: number; theme: Theme },
): ChartLine[] {
  const dashes = dashesFor(colours)
  const twins = identicalBefore(views)
  return views.map((view, index) => {
    const { run, series } = view
    const loss = series['train/loss']
    const twin = twins[index]
    return {
      label: twin ? `${run.name}, identical to ${twin.run.name}` : run.name,
      colour: colours[index][theme],
      width: twin || twins.includes(view) ? twinWidth : lineWidth,
      dash: twin ? twinDash : dashes[index],
      xs: loss?.steps ?? [],
      ys: loss ? smooth(valuesOf(loss), smoothing) : [],
    }
  })
}
