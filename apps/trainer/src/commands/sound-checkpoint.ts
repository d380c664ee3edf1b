import type { Database } from '@lockstep/prisma'
import { decodeSafetensors, type RunSummary, UserError } from '@lockstep/shared'
import { type CheckpointFacts, readFacts } from '../checkpoints/checkpoint.ts'
import { readVerified } from '../checkpoints/store.ts'

export const checkpointChoices = ['best', 'last'] as const
export type CheckpointChoice = (typeof checkpointChoices)[number]

export interface SoundCheckpoint {
  path: string
  sha256: string
  bytes: Uint8Array
  facts: CheckpointFacts
}

/** The chosen checkpoint of a run, or the newest one before it whose file is whole; those that are not are named on stderr. */
export async function readSoundCheckpoint(database: Database, run: RunSummary, choice: CheckpointChoice): Promise<SoundCheckpoint> {
  const newestFirst = (await database.listCheckpoints(run.id)).sort((a, b) => b.step - a.step)
  const best = newestFirst.filter((row) => row.best)
  const rejected: string[] = []
  for (const { path, sha256 } of choice === 'best' ? [...best, ...newestFirst] : newestFirst) {
    try {
      const bytes = await readVerified(path, sha256)
      const facts = readFacts(decodeSafetensors(bytes, path), path)
      for (const reason of rejected) process.stderr.write(`! ${reason}; going back to ${path}\n`)
      return { path, sha256, bytes, facts }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      rejected.push(error.message)
    }
  }
  const got = rejected.length === 0 ? 'none recorded' : rejected.join('; ')
  throw new UserError(`checkpoint: ${run.name} must have a sound one, got ${got}; \`lockstep train\` starts anew`)
}
