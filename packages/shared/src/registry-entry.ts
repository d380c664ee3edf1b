// What the schema, the help text and the launch form need to know of a registry entry.

export interface NamedEntry {
  /** One line for help texts and forms. */
  readonly summary: string
}

/** A registry as the config schema sees it: names and their one-line summaries. */
export type NameTable = Readonly<Record<string, NamedEntry>>

/** An entry that brings config values along; anything given explicitly wins over them. */
export interface EntryWithDefaults extends NamedEntry {
  readonly defaults?: Readonly<Record<string, unknown>>
}

export interface RegistryNames {
  readonly models: Readonly<Record<string, EntryWithDefaults>>
  readonly datasets: NameTable
  readonly losses: NameTable
  readonly optimizers: Readonly<Record<string, EntryWithDefaults>>
  readonly schedules: NameTable
}
