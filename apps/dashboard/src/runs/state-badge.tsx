import type { ShownRunState } from '@lockstep/shared'
import { Icon, type IconName } from '../frame/icons.tsx'
import styles from './run-marks.module.css'

const marks: Record<ShownRunState, { icon: IconName | 'dot'; tone: 'live' | 'good' | 'bad' | 'warn' | 'quiet' }> = {
  queued: { icon: 'ring', tone: 'quiet' },
  running: { icon: 'dot', tone: 'live' },
  stopping: { icon: 'dot', tone: 'warn' },
  stale: { icon: 'warning', tone: 'warn' },
  finished: { icon: 'check', tone: 'good' },
  stopped: { icon: 'square', tone: 'quiet' },
  failed: { icon: 'cross', tone: 'bad' },
  crashed: { icon: 'cross', tone: 'bad' },
}

/** A run's state as icon and word; the colour only helps. */
export function StateBadge({ state }: { state: ShownRunState }) {
  const { icon, tone } = marks[state]
  return (
    <span className={styles.state} data-tone={tone} data-testid="state" data-state={state}>
      {icon === 'dot' ? <span className={styles.pulse} /> : <Icon name={icon} />}
      {state}
    </span>
  )
}
