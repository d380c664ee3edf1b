import Link from 'next/link'
import { CopyButton } from '../frame/copy-button.tsx'
import styles from './runs-page.module.css'

const firstCommand = 'npx lockstep train --limit 6000 --epochs 3 --seed 1'

/** Shown while there is no run: how to make the first one. */
export function EmptyRuns() {
  return (
    <div className={`card ${styles.empty}`} data-testid="empty">
      <h2>No runs yet</h2>
      <p className="muted">A quick first run, a few seconds long, from a terminal in the checkout:</p>
      <p className={styles.command}>
        <code>{firstCommand}</code>
        <CopyButton text={firstCommand} what="command" />
      </p>
      <p className="muted">
        or{' '}
        <Link href="/launch" prefetch={false}>
          fill in the launch form
        </Link>
        . It appears here the moment it starts.
      </p>
    </div>
  )
}
