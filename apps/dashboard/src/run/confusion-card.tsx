'use client'
import { accuracyOf, classReports, type RunView } from '@lockstep/shared'
import { useState } from 'react'
import { viridis } from '../charts/viridis.ts'
import { formatPercent } from '../format.ts'
import styles from './confusion-card.module.css'
import page from './run-page.module.css'

type Matrix = RunView['confusionMatrices'][number]

/** Counts of actual against predicted classes; the colour of an error is its share of its row, the diagonal is muted. */
export function ConfusionCard({ view }: { view: RunView }) {
  const [chosen, setChosen] = useState<number | null>(null)
  const matrices = view.confusionMatrices
  const index = Math.min(chosen ?? matrices.length - 1, matrices.length - 1)
  const matrix = matrices[index]
  return (
    <section className="card" data-testid="confusion">
      <header>
        <h2>Confusion matrix</h2>
        {matrix && <span className="unit">accuracy {formatPercent(accuracyOf(matrix.counts), 2)}</span>}
        {matrices.length > 1 && (
          <select value={index} onChange={(event) => setChosen(Number(event.target.value))} aria-label="Which matrix">
            {matrices.map(({ split, epoch, step }, at) => (
              <option key={`${split} ${step}`} value={at}>
                {split}, epoch {epoch}
              </option>
            ))}
          </select>
        )}
      </header>
      {matrix ? <MatrixTable matrix={matrix} /> : <p className={page.nothing}>none recorded yet</p>}
    </section>
  )
}

function MatrixTable({ matrix: { labels, counts } }: { matrix: Matrix }) {
  const reports = classReports(counts, labels)
  const worst = Math.max(
    ...counts.flatMap((row, actual) => row.map((count, predicted) => (actual === predicted ? 0 : shareOf(count, row)))),
  )
  return (
    <div className="scroll">
      <table className={styles.matrix}>
        <thead>
          <tr>
            <th className={styles.corner}>actual ↓ predicted →</th>
            {labels.map((label) => (
              <th key={label}>{label}</th>
            ))}
            <th className={styles.marginHead}>recall</th>
          </tr>
        </thead>
        <tbody>
          {counts.map((row, actual) => (
            <tr key={labels[actual]}>
              <th>{labels[actual]}</th>
              {row.map((count, predicted) => (
                <Cell
                  key={labels[predicted]}
                  count={count}
                  share={shareOf(count, row)}
                  worst={worst}
                  right={actual === predicted}
                  title={`${labels[actual]} taken for ${labels[predicted]}`}
                />
              ))}
              <td className={styles.margin}>{formatPercent(reports[actual].recall, 1)}</td>
            </tr>
          ))}
          <tr>
            <th className={styles.marginHead}>precision</th>
            {reports.map(({ label, precision }) => (
              <td key={label} className={styles.margin}>
                {formatPercent(precision)}
              </td>
            ))}
            <td className={styles.margin} />
          </tr>
        </tbody>
      </table>
    </div>
  )
}

function shareOf(count: number, row: readonly number[]): number {
  const total = row.reduce((sum, value) => sum + value, 0)
  return total > 0 ? count / total : 0
}

interface CellProps {
  count: number
  share: number
  worst: number
  right: boolean
  title: string
}

function Cell({ count, share, worst, right, title }: CellProps) {
  const hint = `${title}: ${count} (${formatPercent(share, 1)})`
  if (right)
    return (
      <td className={styles.right} title={hint}>
        {count}
      </td>
    )
  if (count === 0)
    return (
      <td className={styles.zero} title={hint}>
        0
      </td>
    )
  const { background, text } = viridis(share / worst)
  return (
    <td style={{ background, color: text }} title={hint}>
      {count}
    </td>
  )
}
