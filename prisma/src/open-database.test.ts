import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { Connection } from './connection.ts'
import { openDatabase } from './open-database.ts'
import { sampleEvents } from './testing/sample-run.ts'
import { temporaryFolder } from './testing/temporary-database.ts'

const built = new URL('../dist/index.js', import.meta.url).href

async function openingFails(url: string): Promise<string> {
  const error = await openDatabase({ url }).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(UserError)
  const { message } = error as UserError
  expect(message).not.toContain('\n')
  return message
}

test('a database is created with its directory, in WAL mode, and is found again when opened anew', async () => {
  const url = `file:${join(temporaryFolder(), 'new/folder/lockstep.db')}`
  const database = await openDatabase({ url })
  expect(await database.prisma.$queryRawUnsafe('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }])
  await database.storeEvents(sampleEvents('run-1'))
  await database.close()
  const again = await openDatabase({ url })
  expect((await again.listRuns()).map(({ id }) => id)).toEqual(['run-1'])
  await again.close()
})

test('a file that is not a database is refused by name and left as it was', async () => {
  const path = join(temporaryFolder(), 'notes.txt')
  writeFileSync(path, 'Not a database. '.repeat(100))
  expect(await openingFails(`file:${path}`)).toBe(
    `database: cannot open ${path}: must be an SQLite database, got a file of another kind; name another file with --database or DATABASE_URL`,
  )
  expect(readFileSync(path, 'utf8')).toBe('Not a database. '.repeat(100))
})

test('a directory, and a path through a file, are refused', async () => {
  const folder = temporaryFolder()
  expect(await openingFails(`file:${folder}`)).toContain('must be a file, got a directory')
  writeFileSync(join(folder, 'file'), '')
  const path = join(folder, 'file/folder/x.db')
  expect(await openingFails(`file:${path}`)).toContain(`cannot open ${path}: must lie in a directory, got the file ${join(folder, 'file')}`)
})

test.runIf(process.platform === 'linux')('a place where no directory can be made is refused at once', async () => {
  expect(await openingFails('file:/proc/nowhere/x.db')).toContain('cannot open /proc/nowhere/x.db')
})

// Nothing is unwritable for root.
test.skipIf(process.getuid?.() === 0)('an unwritable directory and an unwritable file are refused', async () => {
  const folder = join(temporaryFolder(), 'locked')
  mkdirSync(folder)
  chmodSync(folder, 0o555)
  expect(await openingFails(`file:${join(folder, 'x.db')}`)).toContain(`must be writable, got no permission to write ${folder}`)
  const path = join(temporaryFolder(), 'x.db')
  await (await openDatabase({ url: `file:${path}` })).close()
  chmodSync(path, 0o444)
  expect(await openingFails(`file:${path}`)).toContain(`must be writable, got no permission to write ${path}`)
})

test("another program's database is refused and left as it was", async () => {
  const path = join(temporaryFolder(), 'other.db')
  const connection = await Connection.open({ path, readOnly: false })
  await connection.exec('CREATE TABLE bookmarks (url TEXT)')
  await connection.close()
  expect(await openingFails(`file:${path}`)).toContain('must be empty or written by Lockstep, got one with the table "bookmarks"')
})

test('a database of a newer version is refused', async () => {
  const path = join(temporaryFolder(), 'newer.db')
  const database = await openDatabase({ url: `file:${path}` })
  await database.prisma.$executeRawUnsafe(
    `INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name) VALUES ('x', 'y', 1, '29990101000000_future')`,
  )
  await database.close()
  expect(await openingFails(`file:${path}`)).toBe(
    `database: cannot open ${path}: must be of this version or older, got one with the migration 29990101000000_future of a newer one; ` +
      'upgrade Lockstep or name another file with --database or DATABASE_URL',
  )
})

test.each(['', 'lockstep.db', 'postgres://host/db', 'file:', 'file::memory:'])('the url %j is refused', async (url) => {
  expect(await openingFails(url)).toContain(`database: url must be file: and a path, got ${JSON.stringify(url)}`)
})

test('a read-only database shows runs, refuses changes, and is not created where there is none', async () => {
  const path = join(temporaryFolder(), 'x.db')
  await expect(openDatabase({ url: `file:${path}`, readOnly: true })).rejects.toThrow('must exist, got no such file')
  expect(existsSync(path)).toBe(false)
  const writer = await openDatabase({ url: `file:${path}` })
  await writer.storeEvents(sampleEvents('run-1'))
  const reader = await openDatabase({ url: `file:${path}`, readOnly: true })
  expect((await reader.readRunView('run-1'))?.run.state).toBe('finished')
  await expect(reader.storeEvents(sampleEvents('run-2'))).rejects.toThrow(/readonly/)
  await reader.close()
  await writer.close()
})

test('processes that open a new database at once all succeed', async () => {
  const path = join(temporaryFolder(), 'x.db')
  const script = `
    const { openDatabase } = await import(${JSON.stringify(built)})
    while (Date.now() < ${Date.now() + 1500}) await new Promise((resolve) => setTimeout(resolve, 1))
    const database = await openDatabase({ url: ${JSON.stringify(`file:${path}`)} })
    await database.listRuns()
    await database.close()`
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'inherit'] }),
  )
  const codes = await Promise.all(children.map((child) => new Promise((resolve) => child.once('close', resolve))))
  expect(codes).toEqual([0, 0, 0, 0])
})

test('what was stored survives the death of the process right after', async () => {
  const path = join(temporaryFolder(), 'x.db')
  const script = `
    const { openDatabase } = await import(${JSON.stringify(built)})
    const database = await openDatabase({ url: ${JSON.stringify(`file:${path}`)} })
    await database.createRun({ id: 'run-1', name: 'n', config: {}, createdAt: 1, state: 'running' })
    process.kill(process.pid, 'SIGKILL')`
  expect(() => execFileSync(process.execPath, ['--input-type=module', '-e', script])).toThrow()
  const database = await openDatabase({ url: `file:${path}` })
  expect((await database.listRuns()).map(({ id }) => id)).toEqual(['run-1'])
  await database.close()
})
