// Reads what generate.py wrote and draws the parameters that it speaks of.
import { readdirSync, readFileSync } from 'node:fs'
import { type InputSpec, initialiseParameters, models, type ParameterSpec, sizeOfShape } from '@lockstep/models'
import { decodeSafetensors, type NamedTensor } from '@lockstep/shared'

const folder = new URL('fixtures/', import.meta.url)

export interface GoldenCase {
  name: string
  model: keyof typeof models
  specs: readonly ParameterSpec[]
  classes: number
  /** Flat, declared order. */
  parameters: Float32Array
  /** Of the parameters that PyTorch used. */
  parametersSha256: string
  loss: number
  /** images, labels, output, code, gradient/NAME */
  tensors: ReadonlyMap<string, NamedTensor>
}

interface Shift {
  scale?: number
  bias?: Record<string, number>
}

export function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T
}

export const goldenCaseNames: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.safetensors'))
  .sort()

export function readGoldenCase(name: string): GoldenCase {
  const { metadata, tensors } = decodeSafetensors(readFileSync(new URL(name, folder)), name)
  const read = <T>(key: string): T => JSON.parse(metadata[key]) as T
  const model = read<keyof typeof models>('model')
  const input = read<InputSpec>('input')
  const specs = models[model].parameters(input)
  return {
    name,
    model,
    specs,
    classes: input.classes,
    parameters: shiftParameters(specs, initialiseParameters(specs, read<number>('seed')), read<Shift>('shift')),
    parametersSha256: read<string>('parametersSha256'),
    loss: read<number>('loss'),
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
  }
}

/** What generate.py's `shift` does: away from initial weights at which the gradient is zero. */
function shiftParameters(specs: readonly ParameterSpec[], parameters: Float32Array, { scale = 1, bias = {} }: Shift): Float32Array {
  const shifted = parameters.map((value) => value * scale)
  let offset = 0
  for (const { name, shape } of specs) {
    const size = sizeOfShape(shape)
    if (name in bias) shifted.fill(bias[name], offset, offset + size)
    offset += size
  }
  return shifted
}

export function tensorOf(golden: GoldenCase, name: string): NamedTensor {
  const tensor = golden.tensors.get(name)
  if (tensor === undefined) throw new Error(`${golden.name}: must hold a tensor ${name}, got ${[...golden.tensors.keys()].join(', ')}`)
  return tensor
}
