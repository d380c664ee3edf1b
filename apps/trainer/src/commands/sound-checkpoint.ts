// Which checkpoint to go on from. The database says what there should be, the directory what there is: a process that was
// killed between the two leaves a newer file that no row tells of, and rows whose files retention has removed.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Database, StoredCheckpoint } from '@lockstep/prisma'
import { messageOf, type RunSummary, UserError } from '@lockstep/shared'
import { type CheckpointFacts, readCheckpointFile } from '../checkpoints/checkpoint.ts'
import { checkpointDirectory, listCheckpointFiles, sha256Of, stepOfFile } from '../checkpoints/store.ts'

export const checkpointChoices = ['best', 'last'] as const
export type CheckpointChoice = (typeof checkpointChoices)[number]

export interface SoundCheckpoint {
  path: string
  sha256: string
  bytes: Uint8Array
  facts: CheckpointFacts
  /** False if no database row tells of this file as it is. */
  recorded: boolean
  /** Recorded paths that are gone. */
  gone: string[]
}

/** The chosen checkpoint of a run, else the newest whose file is whole; those that are not are named on stderr. Throws UserError. */
export async function readSoundCheckpoint(
  database: Database,
  run: RunSummary,
  { runsDir, choice }: { runsDir: string; choice: CheckpointChoice },
): Promise<SoundCheckpoint> {
  const rows = await database.listCheckpoints(run.id)
  const directory = checkpointDirectory(runsDir, run.id)
  const present = rows.map((row) => ({ ...row, path: pathHere(row.path, directory) })).filter(({ path }) => existsSync(path))
  const gone = rows.map(({ path }) => path).filter((path) => !existsSync(path) && !existsSync(pathHere(path, directory)))
  const rejected: string[] = []
  for (const candidate of await orderCandidates(present, directory, choice)) {
    try {
      const found = { ...(await readCandidate(candidate, run.id)), gone }
      for (const reason of rejected) process.stderr.write(`! ${reason}; going back to ${found.path}\n`)
      return found
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      rejected.push(error.message)
    }
  }
  const got = [...rejected, ...gone.map((path) => `${path} is gone`)].join('; ') || 'none saved'
  throw new UserError(`checkpoint: ${run.name} must have a sound one, got ${got}; \`lockstep train\` starts anew`)
}

/** A runs directory may have been copied or moved since: its own file comes before the one that the row names. */
function pathHere(path: string, directory: string): string {
  const here = join(directory, basename(path))
  return existsSync(here) ? here : path
}

interface Candidate {
  path: string
  row: StoredCheckpoint | null
}

async function orderCandidates(rows: readonly StoredCheckpoint[], directory: string, choice: CheckpointChoice): Promise<Candidate[]> {
  const recorded: Candidate[] = rows.map((row) => ({ path: row.path, row }))
  const known = new Set(rows.map(({ path }) => path))
  const unrecorded = (await listCheckpointFiles(directory)).filter((path) => !known.has(path)).map((path) => ({ path, row: null }))
  const newestFirst = [...recorded, ...unrecorded].sort((a, b) => stepOfFile(b.path) - stepOfFile(a.path))
  return choice === 'best' ? [...recorded.filter(({ row }) => row?.best), ...newestFirst] : newestFirst
}

/** A file is sound if it is the recorded one, or newer than its record and true to the hash that it carries. */
async function readCandidate({ path, row }: Candidate, runId: string): Promise<Omit<SoundCheckpoint, 'gone'>> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new UserError(`${path}: cannot be read (${messageOf(cause)})`, { cause })
  })
  const sha256 = sha256Of(bytes)
  const recorded = row !== null && row.sha256 === sha256
  const { facts } = readCheckpointFile(bytes, path)
  if (facts.runId !== runId) throw new UserError(`${path}: must be of run ${runId}, got one of run ${facts.runId}`)
  if (row !== null && !recorded && facts.attempt <= row.attempt) {
    throw new UserError(`${path}: SHA-256 must be the recorded ${row.sha256}, got ${sha256}`)
  }
  return { path, sha256, bytes, facts, recorded }
}
