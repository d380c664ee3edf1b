// The run config: one zod schema, built from the registries' names, parsed once, frozen, stored with the run.
// Help texts, the launch form and error messages all derive from it.
import { z } from 'zod'
import { parseCheckpointEvery } from './checkpoint-every.ts'
import { UserError } from './errors.ts'
import type { EntryWithDefaults, NameTable, RegistryNames } from './registry-entry.ts'

export const engineNames = ['wasm', 'native', 'cpu'] as const
export const kernelSetNames = ['relaxed', 'simd', 'scalar'] as const
export const maxWorkers = 64
const fallbackOptimizer = 'adam'

export type FieldGroup = 'data' | 'model' | 'training' | 'cluster' | 'record'

function field<T extends z.ZodType>(schema: T, group: FieldGroup, description: string): T {
  return schema.meta({ group, description }) as T
}

function nameOf(table: NameTable) {
  return z.enum(Object.keys(table) as [string, ...string[]])
}

const positiveInt = z.int().min(1)
const fraction = z.number().min(0).lt(1)

function modelFields(names: RegistryNames) {
  return {
    model: field(nameOf(names.models).default('conv-autoencoder'), 'model', 'what is trained'),
    loss: field(nameOf(names.losses).default('mean-squared-error'), 'model', 'what is minimised'),
  }
}

function dataFields(names: RegistryNames) {
  return {
    dataset: field(nameOf(names.datasets).default('auto'), 'data', 'what it is trained on'),
    limit: field(positiveInt.nullable().default(null), 'data', 'train on the first N examples of the split only'),
    validationFraction: field(fraction.default(0), 'data', 'share of the training split held out for validation (its last examples)'),
    shuffle: field(z.boolean().default(false), 'data', 'draw a new seeded order of examples each epoch'),
  }
}

function trainingFields(names: RegistryNames) {
  return {
    epochs: field(positiveInt.max(100_000).default(5), 'training', 'passes over the training split'),
    batchSize: field(positiveInt.max(60_000).default(100), 'training', 'examples behind one optimizer update'),
    optimizer: field(nameOf(names.optimizers).default(fallbackOptimizer), 'training', 'the update rule'),
    learningRate: field(z.number().positive().max(1000).default(1e-4), 'training', 'peak learning rate'),
    momentum: field(fraction.default(0), 'training', 'sgd: share of the last update kept'),
    nesterov: field(z.boolean().default(false), 'training', 'sgd: look ahead along the momentum'),
    beta1: field(fraction.default(0.9), 'training', 'adam, adamw: decay of the mean of gradients'),
    beta2: field(fraction.default(0.999), 'training', 'adam, adamw: decay of the mean of squared gradients'),
    epsilon: field(z.number().positive().default(1e-8), 'training', 'adam, adamw: added to the divisor'),
    weightDecay: field(z.number().min(0).default(0), 'training', 'pull of the weights towards zero (decoupled in adamw)'),
    schedule: field(nameOf(names.schedules).default('constant'), 'training', 'how the learning rate moves over the steps'),
    warmupSteps: field(z.int().min(0).default(0), 'training', 'steps over which the learning rate rises linearly from 0'),
    decayEvery: field(positiveInt.default(1), 'training', 'step schedule: epochs between two decays'),
    decayFactor: field(z.number().positive().max(1).default(0.5), 'training', 'step schedule: factor of one decay'),
    clipNorm: field(z.number().positive().nullable().default(null), 'training', 'scale gradients down to this global norm'),
    earlyStopping: field(
      positiveInt.nullable().default(null),
      'training',
      'stop after N epochs without a better loss, and restore the best',
    ),
    seed: field(z.int().min(0).max(0xffff_ffff).default(42), 'training', 'seeds initialisation and order; same seed, same bits'),
  }
}

function clusterFields() {
  return {
    workers: field(
      z.union([z.literal('auto'), positiveInt.max(maxWorkers)]).default('auto'),
      'cluster',
      'worker threads; the result does not depend on it; auto: one per core',
    ),
    shardSize: field(positiveInt.nullable().default(null), 'cluster', 'examples per shard; by default a tenth of the batch'),
    engine: field(z.enum(engineNames).default('wasm'), 'cluster', 'what computes'),
    kernels: field(
      z.enum(kernelSetNames).default('relaxed'),
      'cluster',
      "the wasm engine's kernel set; simd gives the same bits on every machine, relaxed may be faster",
    ),
  }
}

function recordFields() {
  return {
    name: field(
      z
        .string()
        .trim()
        .min(1)
        .max(120)
        .regex(/^\P{Cc}*$/u, 'must be text without control characters')
        .nullable()
        .default(null),
      'record',
      'a name for people; drawn at random if left out',
    ),
    checkpointEvery: field(
      z
        .string()
        .refine((text) => parseCheckpointEvery(text) !== null, 'must be a list of epoch, Ns (seconds) or N (steps)')
        .default('epoch,5s'),
      'record',
      'when to save: epoch, seconds (5s) or steps (200), joined by commas',
    ),
    keep: field(positiveInt.max(1000).default(3), 'record', 'checkpoints kept besides the last and the best'),
  }
}

/** The zod schema of a run config over the given registries' names. Unknown keys are refused. */
export function createRunConfigSchema(names: RegistryNames) {
  return z.strictObject({
    ...modelFields(names),
    ...dataFields(names),
    ...trainingFields(names),
    ...clusterFields(),
    ...recordFields(),
  })
}

export type RunConfigSchema = ReturnType<typeof createRunConfigSchema>
export type RunConfig = Readonly<z.output<RunConfigSchema>>
export type RunConfigInput = z.input<RunConfigSchema>

/** Parses and freezes a config. What is not given comes from `defaultsFor`, then the schema's defaults. Throws UserError. */
export function parseRunConfig(names: RegistryNames, input: unknown): RunConfig {
  const given = withoutUndefined(input)
  const result = createRunConfigSchema(names).safeParse({ ...defaultsFor(names, given), ...given })
  if (!result.success) throw new UserError(result.error.issues.map((issue) => describeIssue(issue, given)).join('; '))
  return Object.freeze(result.data)
}

/**
 * The values that the chosen model and optimizer bring along. A model's values suit its own optimizer: under another one the
 * optimizer's apply instead, since a learning rate that suits one ruins the other.
 */
export function defaultsFor(
  names: Pick<RegistryNames, 'models' | 'optimizers'>,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const ofModel = entryDefaults(names.models, given.model)
  const ownOptimizer = ofModel.optimizer ?? fallbackOptimizer
  if (given.optimizer === undefined || given.optimizer === ownOptimizer) return ofModel
  return { ...ofModel, ...entryDefaults(names.optimizers, given.optimizer) }
}

function entryDefaults(table: Readonly<Record<string, EntryWithDefaults>>, name: unknown): Readonly<Record<string, unknown>> {
  return typeof name === 'string' && Object.hasOwn(table, name) ? (table[name].defaults ?? {}) : {}
}

function withoutUndefined(input: unknown): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new UserError(`config: must be an object, got ${JSON.stringify(input)}`)
  }
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
}

function describeIssue(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  if (issue.code === 'unrecognized_keys') return `config: unknown field ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`
  const key = issue.path.map(String).join('.')
  const got = JSON.stringify(given[String(issue.path[0])])
  return `${key}: ${ruleOf(issue)}, got ${got}`
}

const typeNames: Readonly<Record<string, string>> = { int: 'a whole number', number: 'a number', boolean: 'true or false', string: 'text' }

function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  if (issue.code === 'too_small') return `must be ${issue.inclusive ? 'at least' : 'greater than'} ${issue.minimum}`
  if (issue.code === 'too_big') return `must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`
  if (issue.code === 'invalid_type') return `must be ${typeNames[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_union') return `must be auto or a whole number from 1 to ${maxWorkers}`
  return issue.message
}

/** Examples per shard: given, or a tenth of the batch rounded up. Depends on the config alone. */
export function shardSizeOf(config: Pick<RunConfig, 'batchSize' | 'shardSize'>): number {
  return Math.min(config.shardSize ?? Math.ceil(config.batchSize / 10), config.batchSize)
}
