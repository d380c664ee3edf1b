import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from '@lockstep/shared'

/** The absolute path behind `file:./runs.db`, `file:/runs.db` or `file:///runs.db`; relative ones start at the working directory. */
export function pathOfUrl(url: string): string {
  const [location] = url.split('?')
  if (!location.startsWith('file:') || location.length === 'file:'.length || location === 'file::memory:') {
    throw new UserError(`database: url must be file: and a path, got ${JSON.stringify(url)}; for example file:./runs/lockstep.db`)
  }
  if (!location.startsWith('file://')) return resolve(location.slice('file:'.length))
  try {
    return fileURLToPath(location)
  } catch (cause) {
    throw new UserError(`database: url must be a valid file: URL, got ${JSON.stringify(url)}; for example file:./runs/lockstep.db`, {
      cause,
    })
  }
}
