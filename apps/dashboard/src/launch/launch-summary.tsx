import type { ConfigField } from '@lockstep/shared'
import { Fragment } from 'react'
import { formatValue } from '../format.ts'
import { CopyButton } from '../frame/copy-button.tsx'
import { Icon } from '../frame/icons.tsx'
import { commandLineOf, defaultOf, type GivenConfig } from './launch-config.ts'
import styles from './launch-page.module.css'

interface LaunchSummaryProps {
  fields: readonly ConfigField[]
  config: GivenConfig
  standards: Readonly<Record<string, unknown>>
  busy: boolean
  error: string | null
}

/** What differs from the defaults, the same as a command, and the button. */
export function LaunchSummary({ fields, config, standards, busy, error }: LaunchSummaryProps) {
  const changed = fields.filter((field) => Object.hasOwn(config, field.key) && config[field.key] !== defaultOf(field, standards))
  const command = commandLineOf(config)
  return (
    <aside className={`card ${styles.summary}`}>
      <header>
        <h2>Against the defaults</h2>
      </header>
      {changed.length === 0 ? (
        <p className={styles.same}>nothing changed</p>
      ) : (
        <table className="dense">
          <tbody>
            {changed.map((field) => (
              <tr key={field.key}>
                <td>{field.key}</td>
                <td className={styles.was}>{formatValue(defaultOf(field, standards))}</td>
                <td>{formatValue(config[field.key])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className={styles.command}>
        <span className="unit">the same from a terminal</span>
        <CopyButton text={command} what="command" />
        <code data-testid="command">
          <CommandWords command={command} />
        </code>
      </div>
      {error !== null && (
        <p className={styles.error} role="alert" data-testid="launch-error">
          {error}
        </p>
      )}
      <button type="submit" className={`button primary ${styles.submit}`} disabled={busy} data-testid="launch-submit">
        <Icon name="launch" filled /> {busy ? 'Starting…' : 'Launch run'}
      </button>
    </aside>
  )
}

/** Lines break between options, never inside one. */
function CommandWords({ command }: { command: string }) {
  const [start, ...options] = command.split(' --')
  return (
    <>
      {start}
      {options.map((option) => (
        <Fragment key={option}>
          {' '}
          <span className={styles.option}>--{option}</span>
        </Fragment>
      ))}
    </>
  )
}
