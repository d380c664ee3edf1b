import type { LaunchPreset } from '../server/launch-form.ts'
import type { GivenConfig } from './launch-config.ts'
import styles from './launch-page.module.css'

interface PresetCardsProps {
  presets: readonly LaunchPreset[]
  given: GivenConfig
  onChoose: (config: GivenConfig) => void
}

/** Ready settings; choosing one replaces what the form holds. */
export function PresetCards({ presets, given, onChoose }: PresetCardsProps) {
  return (
    <div className={styles.presets}>
      {presets.map(({ title, summary, config }) => (
        <button
          key={title}
          type="button"
          className={styles.preset}
          aria-pressed={sameConfig(config, given)}
          onClick={() => onChoose(config)}
          data-testid="preset"
        >
          <b>{title}</b>
          <span>{summary}</span>
        </button>
      ))}
    </div>
  )
}

function sameConfig(a: GivenConfig, b: GivenConfig): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => a[key] === b[key])
}
