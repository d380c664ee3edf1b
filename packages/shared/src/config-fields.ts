// The config schema as plain data: what the command line's options, its help and the launch form are made of.
import { z } from 'zod'
import type { NameTable, RegistryNames } from './registry-entry.ts'
import { createRunConfigSchema, type FieldGroup } from './run-config.ts'

export interface FieldOption {
  value: string
  summary: string
}

export interface ConfigField {
  key: string
  /** The command-line option, such as `--batch-size`. */
  flag: string
  group: FieldGroup
  description: string
  kind: 'choice' | 'integer' | 'number' | 'boolean' | 'text'
  /** Choices of a `choice`, or words that stand beside a number, such as `auto`. */
  options: FieldOption[]
  default: unknown
  /** True where null ("none") is allowed. */
  nullable: boolean
  minimum: number | null
  maximum: number | null
}

const propertySchema = z.object({
  default: z.unknown(),
  group: z.enum(['data', 'model', 'training', 'cluster', 'record']),
  description: z.string(),
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
})
type Property = z.infer<typeof propertySchema>

const unionSchema = propertySchema.extend({
  anyOf: z.array(propertySchema.omit({ default: true, group: true, description: true }).extend({ const: z.string().optional() })),
})

/** One description per config field, in the schema's order. */
export function describeConfigFields(names: RegistryNames): ConfigField[] {
  const { properties = {} } = z.toJSONSchema(createRunConfigSchema(names), { io: 'input' })
  const tables: Record<string, NameTable> = {
    model: names.models,
    loss: names.losses,
    dataset: names.datasets,
    optimizer: names.optimizers,
    schedule: names.schedules,
  }
  return Object.entries(properties).map(([key, raw]) => describeField(key, raw, tables[key]))
}

function describeField(key: string, raw: unknown, table: NameTable | undefined): ConfigField {
  const union = unionSchema.safeParse(raw)
  const branches = union.success ? union.data.anyOf : []
  const property: Property = union.success
    ? { ...union.data, ...branches.find((branch) => branch.type !== 'null' && branch.const === undefined) }
    : propertySchema.parse(raw)
  const words = branches.flatMap((branch) => (branch.const === undefined ? [] : [branch.const]))
  return {
    key,
    flag: flagOf(key),
    group: property.group,
    description: property.description,
    kind: kindOf(property),
    options: (property.enum ?? words).map((value) => ({ value, summary: table?.[value]?.summary ?? '' })),
    default: property.default,
    nullable: branches.some((branch) => branch.type === 'null'),
    minimum: property.minimum ?? property.exclusiveMinimum ?? null,
    maximum: finiteMaximum(property.maximum ?? property.exclusiveMaximum),
  }
}

function kindOf({ type, enum: choices }: Property): ConfigField['kind'] {
  if (choices !== undefined) return 'choice'
  if (type === 'integer' || type === 'number' || type === 'boolean') return type
  return 'text'
}

function finiteMaximum(maximum: number | undefined): number | null {
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? null : maximum
}

/** `batchSize` -> `--batch-size`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
