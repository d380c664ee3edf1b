// Worker lanes: one lane per rank, one column per step, the phases of the step stacked from below.
import type { RankTimes, StepRecord } from '@lockstep/shared'

export const phases = [
  { key: 'dataMs', label: 'data', light: '#8b9198', dark: '#7e868f' },
  { key: 'gradientMs', label: 'gradient', light: '#3b7edb', dark: '#5b97f0' },
  { key: 'waitMs', label: 'wait', light: '#dd9a1f', dark: '#e0aa45' },
  { key: 'reduceMs', label: 'reduce', light: '#159a76', dark: '#36b893' },
  { key: 'updateMs', label: 'update', light: '#9a4fc0', dark: '#bd82dc' },
] as const satisfies readonly { key: keyof RankTimes; label: string; light: string; dark: string }[]

export interface LaneBar {
  phase: number
  x: number
  y: number
  width: number
  height: number
}

interface LaneSize {
  width: number
  laneHeight: number
  laneGap: number
  slots: number
}

/** Rectangles of all lanes, newest step at the right edge; a lane's height stands for the longest shown step. */
export function layOutLanes(steps: readonly StepRecord[], { width, laneHeight, laneGap, slots }: LaneSize): LaneBar[] {
  const slotWidth = width / slots
  const barWidth = Math.max(1, slotWidth - Math.min(3, slotWidth / 4))
  const longest = Math.max(...steps.map(({ ranks }) => Math.max(...ranks.map(totalMs), 0)), Number.MIN_VALUE)
  const shown = steps.slice(-slots)
  return shown.flatMap(({ ranks }, index) =>
    ranks.flatMap((times, rank) => {
      const x = (slots - shown.length + index) * slotWidth
      let y = rank * (laneHeight + laneGap) + laneHeight
      return phases.map(({ key }, phase) => {
        const height = (times[key] / longest) * laneHeight
        y -= height
        return { phase, x, y, width: barWidth, height }
      })
    }),
  )
}

/** Each phase's share of all ranks' time, in the order of `phases`; NaN without steps. */
export function phaseShares(steps: readonly StepRecord[]): number[] {
  const ranks = steps.flatMap((step) => step.ranks)
  const all = ranks.reduce((sum, times) => sum + totalMs(times), 0)
  return phases.map(({ key }) => ranks.reduce((sum, times) => sum + times[key], 0) / all)
}

function totalMs(times: RankTimes): number {
  return phases.reduce((sum, { key }) => sum + times[key], 0)
}
