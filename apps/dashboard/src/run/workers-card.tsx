'use client'
import { type RunView, type StepRecord, stepRecordsKept } from '@lockstep/shared'
import { type PointerEvent, useEffect, useRef, useState } from 'react'
import { formatMs, formatPercent } from '../format.ts'
import { useTheme } from '../frame/theme.ts'
import { layOutLanes, phaseShares, phases } from './lanes.ts'
import { noStepsText } from './no-steps.ts'
import page from './run-page.module.css'
import styles from './workers-card.module.css'

const laneGap = 8

/** Where each worker's time went in the newest steps. */
export function WorkersCard({ view }: { view: RunView }) {
  const steps = view.lastSteps
  const ranks = Math.max(1, view.run.workers, ...steps.map((step) => step.ranks.length))
  const laneHeight = ranks <= 2 ? 64 : ranks <= 4 ? 40 : 24
  const [pointed, setPointed] = useState<{ slot: number; rank: number } | null>(null)
  const shares = phaseShares(steps)
  return (
    <section className={`card ${page.wide} ${page.stretch}`} data-testid="workers" data-ranks={steps.length > 0 ? ranks : 0}>
      <header>
        <h2>
          Workers <span className="unit">last {stepRecordsKept} steps</span>
        </h2>
        <span className={styles.legend}>
          {phases.map(({ label, light, dark }, index) => (
            <span key={label}>
              <span className={styles.swatch} style={{ background: `light-dark(${light}, ${dark})` }} />
              {label} <b>{formatPercent(shares[index])}</b>
            </span>
          ))}
        </span>
      </header>
      <div className={styles.lanes}>
        <div className={styles.labels} style={{ gap: laneGap }}>
          {Array.from({ length: ranks }, (_, rank) => rank).map((rank) => (
            <span key={rank} style={{ height: laneHeight }}>
              rank {rank}
            </span>
          ))}
        </div>
        <Lanes steps={steps} ranks={ranks} laneHeight={laneHeight} onPoint={setPointed} />
      </div>
      <p className={styles.readout}>
        {pointed ? describe(steps, pointed) : steps.length > 0 ? 'point at a column for its times' : noStepsText(view.run)}
      </p>
    </section>
  )
}

interface LanesProps {
  steps: readonly StepRecord[]
  ranks: number
  laneHeight: number
  onPoint: (pointed: { slot: number; rank: number } | null) => void
}

function Lanes({ steps, ranks, laneHeight, onPoint }: LanesProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const theme = useTheme()
  const [width, setWidth] = useState(0)
  const height = ranks * laneHeight + (ranks - 1) * laneGap
  useEffect(() => {
    if (!canvas.current) return
    const observer = new ResizeObserver(([entry]) => setWidth(entry.contentRect.width))
    observer.observe(canvas.current)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context || width === 0) return
    const ratio = window.devicePixelRatio
    context.canvas.width = Math.round(width * ratio)
    context.canvas.height = Math.round(height * ratio)
    context.scale(ratio, ratio)
    for (const bar of layOutLanes(steps, { width, laneHeight, laneGap, slots: stepRecordsKept })) {
      context.fillStyle = phases[bar.phase][theme]
      context.fillRect(bar.x, bar.y, bar.width, bar.height)
    }
  }, [steps, width, height, laneHeight, theme])
  const point = (event: PointerEvent): void => {
    const box = event.currentTarget.getBoundingClientRect()
    const slot = Math.floor(((event.clientX - box.left) / box.width) * stepRecordsKept)
    const rank = Math.floor((event.clientY - box.top) / (laneHeight + laneGap))
    onPoint({ slot, rank: Math.min(rank, ranks - 1) })
  }
  return <canvas ref={canvas} className={styles.canvas} style={{ height }} onPointerMove={point} onPointerLeave={() => onPoint(null)} />
}

function describe(steps: readonly StepRecord[], { slot, rank }: { slot: number; rank: number }): string {
  const step = steps[slot - (stepRecordsKept - steps.length)]
  const times = step?.ranks[rank]
  if (!times) return '–'
  const parts = phases.map(({ key, label }) => `${label} ${formatMs(times[key])}`)
  return `step ${step.step.toLocaleString('en-US')} · rank ${rank} · ${times.shards} shards · ${parts.join(' · ')}`
}
