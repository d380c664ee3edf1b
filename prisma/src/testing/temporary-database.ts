import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Database } from '../database-types.ts'
import { openDatabase } from '../open-database.ts'

/** A new empty directory that is deleted when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-database-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A database in a file of its own. */
export async function temporaryDatabase(): Promise<Database> {
  const database = await openDatabase({ url: `file:${join(temporaryFolder(), 'test.db')}` })
  onTestFinished(() => database.close())
  return database
}
