import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ParameterSpec } from '@lockstep/models'
import { decodeNumber, type EventBody, messageOf, UserError } from '@lockstep/shared'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, isRanked, readCheckpointFile } from './checkpoint.ts'
import { writeDurably } from './durable-write.ts'
import { applyRetention, type KeptCheckpoint } from './retention.ts'

type CheckpointWritten = Extract<EventBody, { type: 'checkpoint-written' }>

const filePattern = /^step-(\d+)\.safetensors$/

/** Directory of a run's checkpoints. */
export function checkpointDirectory(runsDir: string, runId: string): string {
  return join(runsDir, runId, 'checkpoints')
}

/** Saves checkpoints of one run one after the other and applies retention. */
export class CheckpointStore {
  readonly #directory: string
  readonly #specs: readonly ParameterSpec[]
  readonly #keep: number
  #known: KeptCheckpoint[]

  private constructor(directory: string, specs: readonly ParameterSpec[], keep: number, known: KeptCheckpoint[]) {
    this.#directory = directory
    this.#specs = specs
    this.#keep = keep
    this.#known = known
  }

  /** Opens the directory; checkpoints that are already there take part in retention. */
  static async open(directory: string, specs: readonly ParameterSpec[], keep: number): Promise<CheckpointStore> {
    try {
      await mkdir(directory, { recursive: true })
    } catch (cause) {
      throw new UserError(
        `checkpoints: directory must be writable, got ${directory} (${messageOf(cause)}); choose another with --runs-dir`,
        { cause },
      )
    }
    return new CheckpointStore(directory, specs, keep, await scanCheckpoints(directory))
  }

  /** Writes the checkpoint durably, then removes those that retention lets go. Returns the event's body. */
  async save(checkpoint: Checkpoint): Promise<CheckpointWritten> {
    const { facts } = checkpoint
    const path = join(this.#directory, `step-${String(facts.step).padStart(8, '0')}.safetensors`)
    const bytes = encodeCheckpoint(checkpoint, this.#specs)
    await writeDurably(path, bytes)
    const known = [...this.#known.filter((other) => other.path !== path), keptOf(path, checkpoint.facts)]
    const { kept, removed, best } = applyRetention(known, this.#keep)
    this.#known = kept
    for (const old of removed) await rm(old.path, { force: true })
    return {
      type: 'checkpoint-written',
      step: facts.step,
      epoch: facts.epoch,
      path,
      sha256: sha256Of(bytes),
      sizeBytes: bytes.length,
      reason: facts.reason,
      loss: facts.progress.lastEpochLoss,
      best: best?.path === path,
      removed: removed.map((old) => old.path),
    }
  }

  /** Path of the best checkpoint so far. */
  get bestPath(): string | null {
    return applyRetention(this.#known, this.#keep).best?.path ?? null
  }

  /** Path of the checkpoint of a step, if it is kept. */
  pathOf(step: number): string | null {
    return this.#known.find((checkpoint) => checkpoint.step === step)?.path ?? null
  }

  /** Reads a checkpoint of this run back. */
  async load(path: string): Promise<Checkpoint> {
    return decodeCheckpoint(await readFile(path), this.#specs, path)
  }
}

/** Paths of the checkpoint files in a directory, oldest step first; none where there is no directory. */
export async function listCheckpointFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names
    .filter((name) => filePattern.test(name))
    .sort()
    .map((name) => join(directory, name))
}

/** The step in a checkpoint file's name; NaN for other names. */
export function stepOfFile(path: string): number {
  return Number(filePattern.exec(basename(path))?.[1] ?? Number.NaN)
}

/** SHA-256 of a file's bytes, as recorded with a checkpoint. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function scanCheckpoints(directory: string): Promise<KeptCheckpoint[]> {
  for (const name of await readdir(directory)) if (name.endsWith('.tmp')) await rm(join(directory, name), { force: true })
  const known: KeptCheckpoint[] = []
  for (const path of await listCheckpointFiles(directory)) {
    const facts = await readFactsIfSound(path)
    if (facts !== null) known.push(keptOf(path, facts))
  }
  return known
}

/** A damaged file takes no part in retention and stays where it is, for people to look at; `resume` names it when it meets it. */
async function readFactsIfSound(path: string): Promise<Checkpoint['facts'] | null> {
  try {
    return readCheckpointFile(await readFile(path), path).facts
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

function keptOf(path: string, { step, reason, progress }: Checkpoint['facts']): KeptCheckpoint {
  const loss = isRanked(reason) ? progress.lastEpochLoss : null
  return { path, step, loss: loss === null ? null : decodeNumber(loss) }
}
