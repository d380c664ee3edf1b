// Command-line options made from the config schema: one source for flags, help, defaults and errors.
import { models, registryNames } from '@lockstep/models'
import { type ConfigField, describeConfigFields, flagOf, UserError } from '@lockstep/shared'
import { type Command, Option } from 'commander'

const fields = describeConfigFields(registryNames)
/** The word for null on the command line. */
const noValue = 'none'

export interface ConfigOptionsChoice {
  /** The fields that get an option; all, if left out. */
  only?: readonly string[]
  /** Defaults of this command that are not the schema's; for the help text. */
  defaults?: Readonly<Record<string, unknown>>
}

/** Adds an option per config field, grouped as in the launch form. */
export function addConfigOptions(command: Command, { only, defaults = {} }: ConfigOptionsChoice = {}): Command {
  for (const standard of fields) {
    if (only !== undefined && !only.includes(standard.key)) continue
    const field = { ...standard, default: defaults[standard.key] ?? standard.default }
    for (const option of optionsOf(field)) command.addOption(option.helpGroup(`${field.group[0].toUpperCase()}${field.group.slice(1)}:`))
  }
  return command
}

/** The config fields that were given on the command line. */
export function givenConfig(options: Record<string, unknown>): Record<string, unknown> {
  const given = fields.filter(({ key }) => options[key] !== undefined)
  return Object.fromEntries(given.map(({ key, nullable }) => [key, nullable && options[key] === noValue ? null : options[key]]))
}

/** The config values that models bring along, for the help text. */
export function describeModelDefaults(): string {
  const rows = Object.entries(models).map(([name, { defaults = {} }]) => {
    const values = Object.entries(defaults).map(([key, value]) => `${flagOf(key)} ${value}`)
    return `  ${name.padEnd(20)} ${values.join('  ')}`
  })
  return `Defaults that a model brings along:\n${rows.join('\n')}`
}

function optionsOf(field: ConfigField): Option[] {
  if (field.kind === 'boolean') {
    return [
      new Option(field.flag, `${field.description} (default: ${field.default ? 'on' : 'off'})`),
      new Option(field.flag.replace('--', '--no-')).hideHelp(),
    ]
  }
  return [new Option(`${field.flag} <${placeholderOf(field)}>`, describe(field)).argParser((text) => parseValue(field, text))]
}

function placeholderOf({ kind, options }: ConfigField): string {
  if (kind === 'choice') return 'name'
  if (kind === 'text') return 'text'
  const letter = kind === 'integer' ? 'n' : 'x'
  return [letter, ...options.map(({ value }) => value)].join('|')
}

function describe({ description, kind, options, default: standard }: ConfigField): string {
  const choices = kind === 'choice' ? `: ${options.map(({ value }) => value).join(', ')}` : ''
  return `${description}${choices}${standard === null ? '' : ` (default: ${standard})`}`
}

function parseValue(field: ConfigField, text: string): unknown {
  // Not null yet: commander takes a parsed null for a failure and makes it ''.
  if (field.nullable && text === noValue) return noValue
  if (field.kind === 'choice' || field.kind === 'text' || field.options.some(({ value }) => value === text)) return text
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) {
    const words = [...field.options.map((option) => option.value), ...(field.nullable ? [noValue] : [])]
    throw new UserError(`${field.flag}: must be a number${words.map((word) => ` or ${word}`).join('')}, got ${JSON.stringify(text)}`)
  }
  return value
}
