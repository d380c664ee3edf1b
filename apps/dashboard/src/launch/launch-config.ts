// The form's values: only what a person set. Everything else is left to the model's and the schema's defaults, as on the command line.
import { type ConfigField, flagOf, type HostFacts } from '@lockstep/shared'

export type GivenConfig = Record<string, unknown>

/** The value a field has if nothing is given for it. */
export function defaultOf(field: ConfigField, standards: Readonly<Record<string, unknown>>): unknown {
  return Object.hasOwn(standards, field.key) ? standards[field.key] : field.default
}

/** The given values that differ from what would be used anyway; the model always stays, as the defaults hang on it. */
export function withoutDefaults(
  given: GivenConfig,
  fields: readonly ConfigField[],
  standards: Readonly<Record<string, unknown>>,
): GivenConfig {
  const byKey = new Map(fields.map((field) => [field.key, field]))
  return Object.fromEntries(
    Object.entries(given).filter(([key, value]) => {
      const field = byKey.get(key)
      return field === undefined || key === 'model' || value !== defaultOf(field, standards)
    }),
  )
}

/** The form's values with the text of number fields as numbers; text that is no number stays, so that the server can say what is wrong. */
export function parseGiven(given: GivenConfig, fields: readonly ConfigField[]): GivenConfig {
  const byKey = new Map(fields.map((field) => [field.key, field]))
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, parseValue(byKey.get(key), value)]))
}

function parseValue(field: ConfigField | undefined, value: unknown): unknown {
  if (field === undefined || typeof value !== 'string') return value
  const text = value.trim()
  if (text === 'none' && field.nullable) return null
  if (field.kind !== 'integer' && field.kind !== 'number') return value
  return text === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

/** The command that starts the same run from a terminal. */
export function commandLineOf(given: GivenConfig): string {
  const words = Object.entries(given).map(([key, value]) => {
    if (value === true) return flagOf(key)
    if (value === false) return flagOf(key).replace('--', '--no-')
    return `${flagOf(key)} ${shellWord(value === null ? 'none' : String(value))}`
  })
  return ['npx lockstep train', ...words].join(' ')
}

/** The dashboard starts trainers with flags of its own, which nobody can type again: the config says the same in ones that anybody can. */
export function commandOf({ argv }: Pick<HostFacts, 'argv'>, config: Record<string, unknown>): string {
  const launched = argv.some((word) => word === '--run-id' || word.startsWith('--run-id='))
  if (!launched) return argv.join(' ')
  // Nothing is what a field that may be empty has by itself.
  return commandLineOf(Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null)))
}

function shellWord(text: string): string {
  return /^[\w.,:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
