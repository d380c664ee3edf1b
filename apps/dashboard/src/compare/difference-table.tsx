'use client'
import type { RunView } from '@lockstep/shared'
import Link from 'next/link'
import { useState } from 'react'
import { RunDot } from '../runs/run-marks.tsx'
import styles from './compare-page.module.css'
import { type ComparedRow, compareConfigs, compareResults } from './config-differences.ts'

/** Results and configs of the runs, a column each; rows that agree can be left out. */
export function DifferenceTable({ views }: { views: readonly RunView[] }) {
  const [onlyDifferences, setOnlyDifferences] = useState(true)
  if (views.length === 0) return null
  const pick = (rows: ComparedRow[]) => (onlyDifferences ? rows.filter(({ differs }) => differs) : rows)
  const sections = [
    { title: 'results', rows: pick(compareResults(views)) },
    { title: 'config', rows: pick(compareConfigs(views)) },
  ]
  return (
    <section className="card" data-testid="differences">
      <header>
        <h2>Results and configs</h2>
        <button
          type="button"
          className="button small"
          aria-pressed={onlyDifferences}
          onClick={() => setOnlyDifferences(!onlyDifferences)}
          data-testid="only-differences"
        >
          differences only
        </button>
      </header>
      <div className="scroll">
        <table className={`dense ${styles.differences}`}>
          <thead>
            <tr>
              <th />
              {views.map(({ run }) => (
                <th key={run.id}>
                  <span className={styles.column}>
                    <RunDot runId={run.id} />
                    <Link href={`/runs/${run.id}`} prefetch={false}>
                      {run.name}
                    </Link>
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          {sections.map(({ title, rows }) => (
            <tbody key={title}>
              <tr className={styles.section}>
                <th colSpan={views.length + 1}>
                  {title}
                  {rows.length === 0 && ': no differences'}
                </th>
              </tr>
              {rows.map(({ name, values, differs, code }) => (
                <tr key={name} data-differs={differs}>
                  <td className="muted">{name}</td>
                  {values.map((value, index) => (
                    <td key={views[index].run.id}>{code ? <code>{value}</code> : value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </section>
  )
}
