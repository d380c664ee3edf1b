import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Migration {
  name: string
  sql: string
  /** SHA-256 of the SQL, as Prisma records it. */
  checksum: string
}

/** Beside src and dist alike. The package must stay external to bundlers, which would move this file away from it. */
export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))

/** The migrations of a folder in Prisma's layout, oldest first. */
export function readMigrations(folder = migrationsFolder): Migration[] {
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  return names.sort().map((name) => {
    const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8')
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  })
}
