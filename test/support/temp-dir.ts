import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []

// The exit hook is for a run that is interrupted: afterAll does not come then.
const removeAll = () => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
afterAll(removeAll)
process.once('exit', removeAll)

/** A new empty directory outside the repository, removed when the test file is done. */
export function makeTempDir(label = 'test'): string {
  const path = mkdtempSync(join(tmpdir(), `lockstep-${label}-`))
  made.push(path)
  return path
}
