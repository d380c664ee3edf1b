import type { ConfigField } from '@lockstep/shared'
import { formatValue } from '../format.ts'

interface FieldControlProps {
  field: ConfigField
  /** What was given; undefined if nothing was. Text stays text while it is being typed. */
  given: unknown
  standard: unknown
  onChange: (value: unknown) => void
  onReset: () => void
}

/** The control that suits the field's kind; its id is the field's key. */
export function FieldControl({ field, given, standard, onChange, onReset }: FieldControlProps) {
  const { key, kind, options } = field
  const value = given === undefined ? standard : given
  if (kind === 'boolean')
    return <input id={key} name={key} type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} />
  if (kind === 'choice') {
    return (
      <select id={key} name={key} value={String(value)} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} title={option.summary}>
            {option.value}
          </option>
        ))}
      </select>
    )
  }
  return (
    <input
      id={key}
      name={key}
      type="text"
      inputMode={kind === 'text' || options.length > 0 ? 'text' : 'decimal'}
      autoComplete="off"
      spellCheck={false}
      value={given === undefined ? '' : formatValue(given)}
      placeholder={key === 'name' ? 'drawn at random' : formatValue(standard)}
      onChange={(event) => (event.target.value === '' ? onReset() : onChange(event.target.value))}
    />
  )
}
