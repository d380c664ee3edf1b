// Lets the Prisma client work on our connection: the libSQL adapter with its client replaced.
import { PrismaLibSql } from '@prisma/adapter-libsql'
import type { Connection } from './connection.ts'
import type { RawResult, SqlValue, Statements } from './statements.ts'

type LibsqlClient = ReturnType<PrismaLibSql['createClient']>
type LibsqlTransaction = Awaited<ReturnType<LibsqlClient['transaction']>>
type ResultSet = Awaited<ReturnType<LibsqlTransaction['execute']>>

/** A driver adapter factory over a connection that is already open, or that opens at first use. */
export class ConnectionAdapter extends PrismaLibSql {
  readonly #open: () => Promise<Connection>
  #connection: Connection | null = null

  constructor(open: () => Promise<Connection>) {
    super({ url: 'file:' })
    this.#open = open
  }

  override async connect() {
    const connection = await this.#open()
    this.#connection = connection
    return Object.assign(await super.connect(), { dispose: () => connection.close() })
  }

  override createClient(): LibsqlClient {
    if (!this.#connection) throw new Error('database: the adapter must be connected first')
    return clientOver(this.#connection)
  }
}

interface Query {
  sql: string
  args: unknown[]
}

function clientOver(connection: Connection): LibsqlClient {
  const client = {
    async execute(query: Query) {
      const work = (statements: Statements) => statements.raw(query.sql, query.args.map(toSql))
      return resultSetOf(await (readsOnly(query.sql) ? connection.read(work) : connection.write(work)))
    },
    async executeMultiple(sql: string) {
      await connection.write((statements) => statements.exec(sql))
    },
    async transaction() {
      const { statements, end } = await connection.begin()
      return {
        execute: async (query: Query) => resultSetOf(statements.raw(query.sql, query.args.map(toSql))),
        commit: async () => end('COMMIT'),
        rollback: async () => end('ROLLBACK'),
      }
    },
  }
  // The adapter calls only these members (adapter-libsql 7.10); a test runs every kind of query through it.
  return client as unknown as LibsqlClient
}

function readsOnly(sql: string): boolean {
  return /^\s*(select|pragma|explain)\b/i.test(sql)
}

/** libsql aborts the process when it is given a boolean. */
function toSql(value: unknown): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return Number(value)
  if (value === null || typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array) return value
  throw new TypeError(`database: a parameter must be null, a number, a string or bytes, got ${typeof value}`)
}

function resultSetOf({ columns, declaredTypes, rows, changes }: RawResult): ResultSet {
  const copied = rows.map((row) => row.map((value) => (value instanceof Uint8Array ? new Uint8Array(value).buffer : value)))
  return { columns, columnTypes: declaredTypes, rows: copied, rowsAffected: changes } as unknown as ResultSet
}
