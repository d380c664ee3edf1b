import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An empty folder that goes when the test ends: `onTestFinished` is Vitest's. */
export async function scratchDirectory(onTestFinished: (clean: () => Promise<void>) => void): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'lockstep-data-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}
