import type { RunView } from '@lockstep/shared'
import styles from './notices.module.css'

type Warning = RunView['warnings'][number]

/** Told for the record: nothing about these asks to be mended. */
const remarkCodes: readonly string[] = ['dataset', 'early-stopping']
const warningsShown = 3

/** What went wrong and what might, as boxes; remarks on one quiet line whose place is always kept, so that nothing moves when they come. */
export function Notices({ view: { run, warnings } }: { view: RunView }) {
  const remarks = warnings.filter(({ code }) => remarkCodes.includes(code))
  const newest = warnings.filter(({ code }) => !remarkCodes.includes(code)).slice(-warningsShown)
  return (
    <>
      <Remarks remarks={remarks} />
      {run.error !== null && (
        <p className={`message ${styles.notice}`} data-testid="failure">
          {run.error}
        </p>
      )}
      {newest.map((warning) => (
        <p key={keyOf(warning)} className={`message ${styles.notice} ${styles.warning}`} data-testid="warning">
          {warning.message}
        </p>
      ))}
    </>
  )
}

function Remarks({ remarks }: { remarks: readonly Warning[] }) {
  if (remarks.length === 0) return <div className={styles.remarks} />
  const [first, ...others] = remarks
  return (
    <details className={styles.remarks} data-testid="remarks">
      <summary>
        {others.length > 0 && <b>{remarks.length} notes: </b>}
        {first.message}
      </summary>
      {others.map((remark) => (
        <p key={keyOf(remark)}>{remark.message}</p>
      ))}
    </details>
  )
}

function keyOf({ time, code, message }: Warning): string {
  return `${time} ${code} ${message}`
}
