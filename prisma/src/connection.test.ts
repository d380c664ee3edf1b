import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'libsql'
import { expect, onTestFinished, test } from 'vitest'
import { Connection } from './connection.ts'
import { temporaryFolder } from './testing/temporary-database.ts'

async function connectionAndOther() {
  const path = join(temporaryFolder(), 'x.db')
  const connection = await Connection.open({ path, readOnly: false })
  onTestFinished(() => connection.close())
  await connection.exec('CREATE TABLE t (x INTEGER)')
  const other = new Sqlite(path)
  onTestFinished(() => {
    other.close()
  })
  return { connection, other }
}

function insert(connection: Connection, x: number): Promise<number> {
  return connection.write((statements) => statements.run('INSERT INTO t VALUES (?)', [x]))
}

function values(connection: Connection): Promise<unknown[][]> {
  return connection.read((statements) => statements.rows('SELECT x FROM t ORDER BY x'))
}

test('a write waits for a lock without blocking the thread, and later writes still commit', async () => {
  const { connection, other } = await connectionAndOther()
  other.exec('BEGIN IMMEDIATE')
  const writing = insert(connection, 1)
  let longestMs = 0
  for (let i = 0, before = performance.now(); i < 40; i++) {
    await sleep(5)
    const now = performance.now()
    longestMs = Math.max(longestMs, now - before)
    before = now
  }
  other.exec('COMMIT')
  await writing
  await insert(connection, 2)
  expect(await values(connection)).toEqual([[1], [2]])
  // One wait inside SQLite is 20 ms; the rest is room for a busy machine. A thread that waited for the lock would wait for ever here.
  expect(longestMs).toBeLessThan(1000)
})

test('reads go on while another connection writes', async () => {
  const { connection, other } = await connectionAndOther()
  await insert(connection, 1)
  other.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (2)')
  expect(await values(connection)).toEqual([[1]])
  other.exec('COMMIT')
  expect(await values(connection)).toEqual([[1], [2]])
})

test('a read that meets an exclusive lock waits for it, and writes commit afterwards', async () => {
  const { connection, other } = await connectionAndOther()
  await insert(connection, 1)
  await connection.exec('PRAGMA journal_mode=DELETE')
  other.exec('BEGIN EXCLUSIVE')
  const reading = values(connection)
  await sleep(100)
  other.exec('COMMIT')
  expect(await reading).toEqual([[1]])
  await insert(connection, 2)
  expect(await values(connection)).toEqual([[1], [2]])
})

test('a transaction that throws is rolled back and the next one runs', async () => {
  const { connection } = await connectionAndOther()
  const failing = connection.write((statements) => {
    statements.run('INSERT INTO t VALUES (1)')
    statements.run('INSERT INTO nowhere VALUES (1)')
  })
  await expect(failing).rejects.toThrow('nowhere')
  await insert(connection, 2)
  expect(await values(connection)).toEqual([[2]])
})

test('every connection waits, enforces references and syncs as it should, also one that was replaced', async () => {
  const { connection } = await connectionAndOther()
  const pragma = (name: string) => connection.read((statements) => statements.rows(`PRAGMA ${name}`))
  expect(await pragma('journal_mode')).toEqual([['wal']])
  const settings = async () => [await pragma('busy_timeout'), await pragma('foreign_keys'), await pragma('synchronous')]
  const expected = [[[20]], [[1]], [[1]]]
  expect(await settings()).toEqual(expected)
  let thrown = false
  await connection.read(() => {
    if (thrown) return
    thrown = true
    throw Object.assign(new Error('database is locked'), { rawCode: 5 })
  })
  expect(await settings()).toEqual(expected)
})

test('a closed connection refuses work, and closing twice is fine', async () => {
  const { connection } = await connectionAndOther()
  const last = insert(connection, 1)
  await connection.close()
  await connection.close()
  expect(await last).toBe(1)
  await expect(insert(connection, 2)).rejects.toThrow('database: must be open, got a closed one')
})

test.each(['deleted', 'replaced'])('once its file is %s, a write fails aloud and makes no new file', async (how) => {
  const { connection } = await connectionAndOther()
  await insert(connection, 1)
  if (how === 'replaced') writeFileSync(`${connection.path}.new`, '')
  if (how === 'replaced') renameSync(`${connection.path}.new`, connection.path)
  else rmSync(connection.path)
  const got = how === 'replaced' ? 'another file' : 'none'
  const message = `database: ${connection.path} must be the file that was opened, got ${got} in its place; what is recorded now would be lost`
  await expect(insert(connection, 2)).rejects.toThrow(message)
  await expect(connection.begin()).rejects.toThrow(message)
  expect(existsSync(connection.path)).toBe(how === 'replaced')
})
