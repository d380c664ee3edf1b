import type { RunSummary } from '@lockstep/shared'
import { formatLoss } from '../format.ts'
import { RunDot } from '../runs/run-marks.tsx'
import styles from './compare-page.module.css'

interface RunPickerProps {
  runs: readonly RunSummary[] | null
  chosen: readonly string[]
  onToggle: (runId: string) => void
}

/** All runs to choose from, chosen ones ticked. */
export function RunPicker({ runs, chosen, onToggle }: RunPickerProps) {
  return (
    <aside className={`card ${styles.picker}`}>
      <header>
        <h2>Runs</h2>
        <span className="unit">{chosen.length} chosen</span>
      </header>
      <div className={styles.options} aria-busy={runs === null}>
        {runs?.length === 0 && <p className={styles.nothing}>no runs yet</p>}
        {runs?.map((run) => (
          <label key={run.id} className={styles.option} data-testid="pick-run" data-run-id={run.id}>
            <input type="checkbox" checked={chosen.includes(run.id)} onChange={() => onToggle(run.id)} />
            <RunDot runId={run.id} />
            <span className={styles.optionName}>{run.name}</span>
            <span className="unit">{formatLoss(run.loss)}</span>
          </label>
        ))}
      </div>
    </aside>
  )
}
