// Applies what is missing, one transaction each, and records it as `prisma migrate deploy` does, so that either can go on
// where the other stopped.
import { randomUUID } from 'node:crypto'
import { UserError } from '@lockstep/shared'
import type { Connection } from './connection.ts'
import type { Migration } from './migration-files.ts'
import type { Statements } from './statements.ts'

const createRecordTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`

const insertRecord = `INSERT INTO "_prisma_migrations"
  ("id", "checksum", "finished_at", "migration_name", "logs", "rolled_back_at", "started_at", "applied_steps_count")
  VALUES (?, ?, ?, ?, NULL, NULL, ?, 1)`

interface RecordRow {
  migration_name: string
  checksum: string
  finished_at: unknown
}

/** Brings the file's schema up to date; any number of processes may do so at once. Throws UserError on a file that is not ours or is newer. */
export async function migrate(connection: Connection, migrations: readonly Migration[]): Promise<void> {
  const missing = await connection.read((statements) => missingMigrations(statements, migrations, connection.path))
  if (missing.length === 0) return
  if (connection.readOnly) {
    const rule = `must have the migration ${missing[0].name} to be read, got a database without it`
    throw new UserError(`database: cannot open ${connection.path}: ${rule}; any lockstep command that writes applies it`)
  }
  // A migration may rebuild a table; with foreign keys on, dropping the old one would delete what refers to it.
  await connection.exec('PRAGMA foreign_keys=OFF')
  try {
    for (const migration of missing) {
      await connection.write((statements) => applyIfMissing(statements, migration, migrations, connection.path))
    }
  } finally {
    await connection.exec('PRAGMA foreign_keys=ON')
  }
}

function applyIfMissing(statements: Statements, migration: Migration, all: readonly Migration[], path: string): void {
  // Asked again under the write lock: another process may have been first.
  if (!missingMigrations(statements, all, path).includes(migration)) return
  const startedAt = Date.now()
  statements.exec(createRecordTable)
  statements.exec(migration.sql)
  statements.run(insertRecord, [randomUUID(), migration.checksum, Date.now(), migration.name, startedAt])
}

function missingMigrations(statements: Statements, migrations: readonly Migration[], path: string): Migration[] {
  const tables = statements.objects<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  )
  if (tables.length === 0) return [...migrations]
  if (!tables.some(({ name }) => name === '_prisma_migrations')) {
    const rule = `must be empty or written by Lockstep, got one with the table ${JSON.stringify(tables[0].name)}`
    throw new UserError(`database: cannot open ${path}: ${rule}; name another file with --database or DATABASE_URL`)
  }
  const applied = statements.objects<RecordRow>(
    'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY started_at',
  )
  for (const row of applied) checkApplied(row, migrations, path)
  return migrations.filter(({ name }) => !applied.some((row) => row.migration_name === name))
}

function checkApplied(row: RecordRow, migrations: readonly Migration[], path: string): void {
  const known = migrations.find(({ name }) => name === row.migration_name)
  if (!known) {
    const rule = `must be of this version or older, got one with the migration ${row.migration_name} of a newer one`
    throw new UserError(`database: cannot open ${path}: ${rule}; upgrade Lockstep or name another file with --database or DATABASE_URL`)
  }
  if (row.finished_at === null) {
    const rule = `must have every migration finished, got ${row.migration_name} half applied`
    throw new UserError(`database: cannot open ${path}: ${rule}; see \`npx prisma migrate resolve\``)
  }
  if (row.checksum !== known.checksum) {
    const rule = `must have migration ${known.name} with checksum ${known.checksum}, got ${row.checksum}`
    throw new UserError(`database: cannot open ${path}: ${rule}; name another file with --database or DATABASE_URL`)
  }
}
