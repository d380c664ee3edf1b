import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { Connection } from './connection.ts'
import { migrate } from './migrate.ts'
import { type Migration, readMigrations } from './migration-files.ts'
import { parseSchema } from './testing/parse-schema.ts'
import { temporaryFolder } from './testing/temporary-database.ts'

const schema = parseSchema(readFileSync(fileURLToPath(new URL('../schema.prisma', import.meta.url)), 'utf8'))

async function openConnection(path = join(temporaryFolder(), 'test.db')): Promise<Connection> {
  const connection = await Connection.open({ path, readOnly: false })
  onTestFinished(() => connection.close())
  return connection
}

function query(connection: Connection, sql: string): Promise<Record<string, unknown>[]> {
  return connection.read((statements) => statements.objects<Record<string, unknown>>(sql))
}

test('the migrated database has the tables of the data model and no others', async () => {
  const connection = await openConnection()
  await migrate(connection, readMigrations())
  const tables = await query(
    connection,
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name`,
  )
  expect(tables.map(({ name }) => name)).toEqual(schema.map(({ name }) => name).sort())
})

test.each(schema)('table $name has the columns, keys, indexes and references of its model', async (model) => {
  const connection = await openConnection()
  await migrate(connection, readMigrations())
  const columns = await query(connection, `PRAGMA table_info("${model.name}")`)
  const actual = columns.map(({ name, type, notnull, dflt_value }) => ({ name, type, notNull: notnull === 1, default: dflt_value }))
  expect(actual).toEqual(model.columns)
  const keyColumns = columns.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk))
  expect(keyColumns.map(({ name }) => name)).toEqual(model.primaryKey)

  const indexes = await query(connection, `SELECT name FROM pragma_index_list('${model.name}') WHERE origin = 'c' ORDER BY name`)
  const indexColumns = await Promise.all(
    indexes.map(({ name }) => query(connection, `SELECT name FROM pragma_index_info('${name}') ORDER BY seqno`)),
  )
  expect(indexColumns.map((ofIndex) => ofIndex.map(({ name }) => name))).toEqual(model.indexes)

  const references = await query(connection, `PRAGMA foreign_key_list("${model.name}")`)
  expect(references.map(({ table, from, to, on_delete }) => ({ table, from, to, on_delete }))).toEqual(model.references)
})

test('a migration is recorded as Prisma records it, and applied once', async () => {
  const connection = await openConnection()
  await migrate(connection, readMigrations())
  await migrate(connection, readMigrations())
  const records = await query(connection, 'SELECT * FROM "_prisma_migrations"')
  expect(records.length).toBe(readMigrations().length)
  for (const [index, { name, checksum }] of readMigrations().entries()) {
    expect(records[index]).toMatchObject({ migration_name: name, checksum, logs: null, rolled_back_at: null, applied_steps_count: 1 })
    expect(records[index].id).toMatch(/^[0-9a-f-]{36}$/)
    expect(Number(records[index].finished_at)).toBeGreaterThanOrEqual(Number(records[index].started_at))
  }
})

const first: Migration = { name: '1_first', sql: 'CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);', checksum: 'c1' }
const second: Migration = { name: '2_second', sql: 'ALTER TABLE a ADD COLUMN y INTEGER; INSERT INTO a VALUES (2, 2);', checksum: 'c2' }

test('a later migration is applied to a database that has the earlier ones', async () => {
  const connection = await openConnection()
  await migrate(connection, [first])
  await migrate(connection, [first, second])
  expect(await query(connection, 'SELECT x, y FROM a')).toEqual([
    { x: 1, y: null },
    { x: 2, y: 2 },
  ])
})

test('a migration that fails leaves nothing behind', async () => {
  const connection = await openConnection()
  await migrate(connection, [first])
  await expect(migrate(connection, [first, { ...second, sql: `${second.sql} INSERT INTO nowhere VALUES (1);` }])).rejects.toThrow('nowhere')
  expect(await query(connection, 'SELECT * FROM a')).toEqual([{ x: 1 }])
  await migrate(connection, [first, second])
})

test('connections that migrate one file at once apply each migration once', async () => {
  const path = join(temporaryFolder(), 'test.db')
  const connections = await Promise.all(Array.from({ length: 5 }, () => openConnection(path)))
  await Promise.all(connections.map((connection) => migrate(connection, [first, second])))
  expect(await query(connections[0], 'SELECT count(*) AS count FROM a')).toEqual([{ count: 2 }])
  expect(await query(connections[0], 'SELECT count(*) AS count FROM "_prisma_migrations"')).toEqual([{ count: 2 }])
})

test('a migration that rebuilds a table keeps the rows that refer to it', async () => {
  const connection = await openConnection()
  const tables = `CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (p INTEGER REFERENCES parent (id) ON DELETE CASCADE);
    INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1);`
  const rebuild = `PRAGMA foreign_keys=OFF; CREATE TABLE new_parent (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO new_parent (id) SELECT id FROM parent;
    DROP TABLE parent; ALTER TABLE new_parent RENAME TO parent; PRAGMA foreign_keys=ON;`
  const migrations = [
    { name: '1', sql: tables, checksum: '1' },
    { name: '2', sql: rebuild, checksum: '2' },
  ]
  await migrate(connection, migrations)
  expect(await query(connection, 'SELECT p FROM child')).toEqual([{ p: 1 }])
  expect(await query(connection, 'PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }])
})
