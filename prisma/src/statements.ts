// Prepared statements over one libsql connection.
import type Sqlite from 'libsql'

export type SqlValue = null | number | string | Uint8Array

export interface RawResult {
  columns: string[]
  declaredTypes: string[]
  rows: unknown[][]
  changes: number
}

type Prepared = ReturnType<InstanceType<typeof Sqlite>['prepare']>

/** Statements kept prepared; far more than this package and the Prisma client use. */
const cacheSize = 256

export class Statements {
  readonly #database: InstanceType<typeof Sqlite>
  readonly #prepared = new Map<string, Prepared>()

  constructor(database: InstanceType<typeof Sqlite>) {
    this.#database = database
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction
  }

  /** Runs one or more statements without parameters or results. */
  exec(sql: string): void {
    this.#database.exec(sql)
  }

  /** Number of rows changed. */
  run(sql: string, parameters: readonly SqlValue[] = []): number {
    return this.#prepare(sql).run(parameters).changes
  }

  /** Rows as arrays of column values. */
  rows(sql: string, parameters: readonly SqlValue[] = []): unknown[][] {
    return this.#prepare(sql).raw(true).all(parameters) as unknown[][]
  }

  /** Rows as objects. The caller names the type that its columns have. */
  objects<T extends object>(sql: string, parameters: readonly SqlValue[] = []): T[] {
    return this.#prepare(sql).raw(false).all(parameters) as T[]
  }

  /** What the Prisma client needs of any statement. */
  raw(sql: string, parameters: readonly SqlValue[]): RawResult {
    const statement = this.#prepare(sql)
    if (!statement.reader) return { columns: [], declaredTypes: [], rows: [], changes: statement.run(parameters).changes }
    const columns = statement.columns()
    return {
      columns: columns.map((column) => column.name),
      declaredTypes: columns.map((column) => column.type ?? ''),
      rows: statement.raw(true).all(parameters) as unknown[][],
      changes: 0,
    }
  }

  close(): void {
    this.#prepared.clear()
    this.#database.close()
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    if (this.#prepared.size >= cacheSize) this.#prepared.clear()
    const statement = this.#database.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }
}
