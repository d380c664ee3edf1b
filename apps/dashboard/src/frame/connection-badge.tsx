'use client'
import { type ConnectionState, useConnection } from '../live/use-live.ts'
import styles from './frame.module.css'

const words: Record<ConnectionState, string> = { connecting: 'connecting', live: 'live', offline: 'no connection' }

/** Whether what the page shows is still being kept up to date. */
export function ConnectionBadge() {
  const state = useConnection()
  return (
    <span className={styles.connection} data-testid="connection" data-state={state} role="status">
      <span className={styles.dot} />
      {words[state]}
    </span>
  )
}
