import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { messageOf, UserError } from '@lockstep/shared'

const busy = 5
const protocol = 15
const primaryCodeMask = 0xff
const remedy = 'name another file with --database or DATABASE_URL'

function primaryCodeOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('rawCode' in error) || typeof error.rawCode !== 'number') return null
  return error.rawCode & primaryCodeMask
}

/** True if another connection held a lock, so that trying again can succeed. */
export function isBusy(error: unknown): boolean {
  const code = primaryCodeOf(error)
  return code === busy || code === protocol
}

/** A file that cannot be used as the database, as a UserError. */
export function cannotOpen(path: string, error: unknown): Error {
  if (error instanceof UserError) return error
  return new UserError(`database: cannot open ${path}: ${ruleOf(path, error)}; ${remedy}`, { cause: error })
}

function ruleOf(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('SQLITE_NOTADB')) return 'must be an SQLite database, got a file of another kind'
  if (code.startsWith('SQLITE_CORRUPT')) return `must be a sound SQLite database, got "${messageOf(error)}"`
  if (existsSync(path) && !statSync(path).isFile()) return 'must be a file, got a directory'
  const existing = nearestExisting(path)
  if (existing !== path && !statSync(existing).isDirectory()) return `must lie in a directory, got the file ${existing}`
  if (!isWritable(existing)) return `must be writable, got no permission to write ${existing}`
  return `must be a readable and writable SQLite database, got "${messageOf(error)}"`
}

/** The path itself, or the nearest directory above it that is there. */
function nearestExisting(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path))
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
