// A checkpoint is one safetensors file with everything needed to continue bitwise: parameters under their own names,
// optimizer state under `optimizer.<slot>.<parameter>`, and the rest as JSON in the metadata.
import { createHash } from 'node:crypto'
import type { ParameterSpec } from '@lockstep/models'
import {
  type CheckpointReason,
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type SafetensorsFile,
  UserError,
  wireNumber,
} from '@lockstep/shared'
import { z } from 'zod'
import type { ModelState } from '../cluster/gang.ts'

export const checkpointFormat = 'lockstep-checkpoint-1'

/** What a run carries from step to step besides parameters and optimizer state. */
export const progressSchema = z.object({
  /** Sum and number of the current epoch's batch losses so far. */
  epochLossSum: z.number(),
  epochBatches: z.int().min(0),
  /** Loss of the last epoch that ended: validation where there is one, else training. */
  lastEpochLoss: wireNumber.nullable(),
  lastStepLoss: wireNumber.nullable(),
  best: z.object({ loss: z.number(), epoch: z.int(), step: z.int() }).nullable(),
  epochsWithoutImprovement: z.int().min(0),
  /** Consecutive steps whose gradient was exactly zero. */
  zeroGradientSteps: z.int().min(0),
  /** Training time so far over all attempts, ms. */
  elapsedMs: z.number().min(0),
})
export type Progress = z.infer<typeof progressSchema>

export const startingProgress: Progress = {
  epochLossSum: 0,
  epochBatches: 0,
  lastEpochLoss: null,
  lastStepLoss: null,
  best: null,
  epochsWithoutImprovement: 0,
  zeroGradientSteps: 0,
  elapsedMs: 0,
}

export const checkpointFactsSchema = z.object({
  format: z.literal(checkpointFormat),
  runId: z.string(),
  attempt: z.int(),
  step: z.int().min(0),
  epoch: z.int().min(0),
  reason: z.enum(['periodic', 'epoch', 'stop', 'final']),
  config: z.record(z.string(), z.unknown()),
  progress: progressSchema,
  slots: z.array(z.string()),
  /** SHA-256 of the training data in use. */
  datasetFingerprint: z.string(),
  dataset: z.string(),
  engine: z.string(),
  kernels: z.string(),
})
export type CheckpointFacts = z.infer<typeof checkpointFactsSchema>

export interface Checkpoint {
  facts: CheckpointFacts
  state: ModelState
}

/** The checkpoint file's bytes. They carry a hash of their own content, for files that no database row tells of. */
export function encodeCheckpoint({ facts, state }: Checkpoint, specs: readonly ParameterSpec[]): Uint8Array {
  const tensors = cutTensors(state.parameters, specs, '')
  for (const [index, slot] of facts.slots.entries()) tensors.push(...cutTensors(state.slots[index], specs, `optimizer.${slot}.`))
  const lockstep = JSON.stringify(facts)
  return encodeSafetensors({ metadata: { format: checkpointFormat, lockstep, contentSha256: hashContent(lockstep, tensors) }, tensors })
}

function hashContent(facts: string, tensors: readonly NamedTensor[]): string {
  const hash = createHash('sha256').update(facts)
  for (const { values } of tensors) hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return hash.digest('hex')
}

/** Reads and checks a checkpoint against the model it is for. Throws UserError that starts with `source`. */
export function decodeCheckpoint(bytes: Uint8Array, specs: readonly ParameterSpec[], source: string): Checkpoint {
  const { file, facts } = readCheckpointFile(bytes, source)
  const byName = new Map(file.tensors.map((tensor) => [tensor.name, tensor]))
  return {
    facts,
    state: {
      step: facts.step,
      parameters: joinTensors(byName, specs, '', source),
      slots: facts.slots.map((slot) => joinTensors(byName, specs, `optimizer.${slot}.`, source)),
    },
  }
}

/** Reads a checkpoint file and checks it against its own hash. Throws UserError that starts with `source`. */
export function readCheckpointFile(bytes: Uint8Array, source: string): { file: SafetensorsFile; facts: CheckpointFacts } {
  const file = decodeSafetensors(bytes, source)
  const { lockstep = 'null', contentSha256 } = file.metadata
  const facts = parseFacts(lockstep, source)
  const got = hashContent(lockstep, file.tensors)
  if (got !== contentSha256) throw new UserError(`${source}: content must have the SHA-256 ${contentSha256} that it carries, got ${got}`)
  return { file, facts }
}

function parseFacts(text: string, source: string): CheckpointFacts {
  try {
    return checkpointFactsSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new UserError(`${source}: must be a ${checkpointFormat} file, got metadata that is not`, { cause })
  }
}

/** SHA-256 of float32 vectors, little-endian, one after the other. */
export function sha256OfFloats(vectors: readonly Float32Array[]): string {
  const hash = createHash('sha256')
  for (const vector of vectors) hash.update(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength))
  return hash.digest('hex')
}

/** Why a checkpoint was taken matters to retention: only those of epochs compete for the top places. */
export function isRanked(reason: CheckpointReason): boolean {
  return reason === 'epoch' || reason === 'final'
}

function cutTensors(vector: Float32Array, specs: readonly ParameterSpec[], prefix: string): NamedTensor[] {
  let offset = 0
  return specs.map(({ name, shape }) => {
    const size = sizeOf(shape)
    const values = vector.subarray(offset, offset + size)
    offset += size
    return { name: prefix + name, shape, values }
  })
}

function joinTensors(
  byName: ReadonlyMap<string, NamedTensor>,
  specs: readonly ParameterSpec[],
  prefix: string,
  source: string,
): Float32Array {
  const joined = new Float32Array(specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0))
  let offset = 0
  for (const { name, shape } of specs) {
    const tensor = byName.get(prefix + name)
    if (tensor === undefined) throw new UserError(`${source}: tensor ${prefix + name} must be there, got none of that name`)
    if (tensor.shape.join() !== shape.join()) {
      throw new UserError(`${source}: tensor ${prefix + name} must have shape [${shape.join(', ')}], got [${tensor.shape.join(', ')}]`)
    }
    joined.set(tensor.values, offset)
    offset += sizeOf(shape)
  }
  return joined
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1)
}
