import type { ConfigField } from '@lockstep/shared'
import { formatValue } from '../format.ts'
import { FieldControl } from './field-control.tsx'
import { defaultOf, type GivenConfig, parseGiven } from './launch-config.ts'
import styles from './launch-page.module.css'

const groups = ['data', 'model', 'training', 'cluster', 'record'] as const

interface LaunchFieldsProps {
  fields: readonly ConfigField[]
  given: GivenConfig
  standards: Readonly<Record<string, unknown>>
  onChange: (given: GivenConfig) => void
}

/** The config's fields by group, each with its help and its default. */
export function LaunchFields({ fields, given, standards, onChange }: LaunchFieldsProps) {
  return (
    <div className={styles.groups}>
      {groups.map((group) => (
        <fieldset key={group} className={`card ${styles.group}`}>
          <legend>{group}</legend>
          <div className={styles.fields}>
            {fields
              .filter((field) => field.group === group)
              .map((field) => (
                <FieldRow key={field.key} field={field} standard={defaultOf(field, standards)} given={given} onChange={onChange} />
              ))}
          </div>
        </fieldset>
      ))}
    </div>
  )
}

interface FieldRowProps extends Pick<LaunchFieldsProps, 'given' | 'onChange'> {
  field: ConfigField
  standard: unknown
}

function FieldRow({ field, standard, given, onChange }: FieldRowProps) {
  const isGiven = Object.hasOwn(given, field.key)
  const value = isGiven ? parseGiven(given, [field])[field.key] : standard
  const set = (next: unknown): void => onChange({ ...given, [field.key]: next })
  const reset = (): void => onChange(Object.fromEntries(Object.entries(given).filter(([key]) => key !== field.key)))
  const summary = field.options.find((option) => option.value === value)?.summary
  return (
    <div className={styles.field} data-changed={isGiven && value !== standard}>
      <label htmlFor={field.key}>{wordsOf(field.key)}</label>
      <FieldControl field={field} given={given[field.key]} standard={standard} onChange={set} onReset={reset} />
      <p className={styles.help}>
        {summary || field.description}
        {isGiven && value !== standard && (
          <button type="button" className={styles.reset} onClick={reset}>
            default: {formatValue(standard)}
          </button>
        )}
      </p>
    </div>
  )
}

/** `batchSize` as `batch size`. */
function wordsOf(key: string): string {
  return key.replace(/([A-Z]|\d+)/g, (part) => ` ${part.toLowerCase()}`)
}
