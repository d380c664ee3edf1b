// The safetensors format (https://github.com/huggingface/safetensors): 8 bytes little-endian header length, a JSON
// header, then the tensors' bytes without holes. Readable by PyTorch, JAX and others. Here: float32 tensors only.
import { z } from 'zod'
import { UserError } from './errors.ts'

export interface NamedTensor {
  name: string
  shape: readonly number[]
  values: Float32Array
}

export interface SafetensorsFile {
  metadata: Record<string, string>
  tensors: NamedTensor[]
}

const maxHeaderBytes = 100_000_000
const alignment = 8

const tensorEntry = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
})

/** The file's bytes; tensors are written in the given order. */
export function encodeSafetensors({ metadata, tensors }: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] }
    offset += values.byteLength
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = Math.ceil(text.length / alignment) * alignment
  const bytes = new Uint8Array(8 + headerLength + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.fill(0x20, 8, 8 + headerLength)
  bytes.set(text, 8)
  let position = 8 + headerLength
  for (const { values } of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position)
    position += values.byteLength
  }
  return bytes
}

/** Reads a file; tensors come in the order of their bytes. Throws UserError that starts with `source` if it is not sound. */
export function decodeSafetensors(bytes: Uint8Array, source: string): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes, source)
  const { __metadata__: rawMetadata, ...rawTensors } = header
  const metadata = z.record(z.string(), z.string()).safeParse(rawMetadata ?? {})
  if (!metadata.success) throw new UserError(`${source}: __metadata__ must map strings to strings`)
  const entries = Object.entries(rawTensors).map(([name, raw]) => ({ name, ...readEntry(raw, name, source) }))
  entries.sort((a, b) => a.start - b.start)
  let expected = 0
  const tensors = entries.map(({ name, shape, start, end }) => {
    if (start !== expected) throw new UserError(`${source}: tensor ${name} must start at byte ${expected}, got ${start}`)
    expected = end
    if (dataStart + end > bytes.length) {
      throw new UserError(`${source}: is cut short: tensor ${name} ends at byte ${dataStart + end}, got ${bytes.length} bytes`)
    }
    // A copy of exactly these bytes: Buffer.slice would share its pool, and tensors need not be aligned in the file.
    const copy = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end))
    return { name, shape, values: new Float32Array(copy.buffer) }
  })
  if (dataStart + expected !== bytes.length) {
    throw new UserError(`${source}: must end at byte ${dataStart + expected}, got ${bytes.length} bytes`)
  }
  return { metadata: metadata.data, tensors }
}

function readHeader(bytes: Uint8Array, source: string): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) throw new UserError(`${source}: must be at least 8 bytes long, got ${bytes.length}`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  if (length > maxHeaderBytes || 8 + length > bytes.length) {
    throw new UserError(`${source}: header length must fit the file of ${bytes.length} bytes, got ${length}`)
  }
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)))
    return { header: z.record(z.string(), z.unknown()).parse(header), dataStart: 8 + length }
  } catch (cause) {
    throw new UserError(`${source}: header is not a JSON object`, { cause })
  }
}

function readEntry(raw: unknown, name: string, source: string): { shape: number[]; start: number; end: number } {
  const entry = tensorEntry.safeParse(raw)
  if (!entry.success)
    throw new UserError(`${source}: tensor ${name} must have dtype F32, a shape and data_offsets, got ${JSON.stringify(raw)}`)
  const [start, end] = entry.data.data_offsets
  const size = entry.data.shape.reduce((product, dimension) => product * dimension, 4)
  if (end - start !== size) throw new UserError(`${source}: tensor ${name} must hold ${size} bytes, got ${end - start}`)
  return { shape: entry.data.shape, start, end }
}
