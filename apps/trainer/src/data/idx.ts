// Reader of IDX files (the format of MNIST): a big-endian magic number, one size per dimension, then unsigned bytes.
// Bytes are checked as they stream in and land in shared memory at once, so that every worker reads the same single copy.
import { createHash } from 'node:crypto'
import { UserError } from '@lockstep/shared'

/** What an IDX file must be; null means that any value will do. */
export interface IdxExpectation {
  /** Size of one item: [height, width] of an image, [] of a label. */
  readonly itemShape: readonly number[]
  readonly count: number | null
  /** Every byte must be below this: the number of classes for labels, null for images. */
  readonly below: number | null
  /** MD5 of the unpacked file, in hexadecimal. */
  readonly md5: string | null
}

export interface IdxItems {
  readonly count: number
  /** [count, ...itemShape], unsigned bytes, alone in its buffer. */
  readonly data: Uint8Array<SharedArrayBuffer>
}

const unsignedByteType = 0x08
const maxDataBytes = 2 ** 31

/** The items of an unpacked IDX file, or a UserError that names `subject` and says what was expected and what was there. */
export async function readIdx(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  subject: string,
  expected: IdxExpectation,
): Promise<IdxItems> {
  const hash = createHash('md5')
  const header = new Uint8Array(4 + 4 * (1 + expected.itemShape.length))
  let items: IdxItems | null = null
  let seenBytes = 0
  for await (const chunk of chunks) {
    hash.update(chunk)
    copyOverlap(chunk, seenBytes, header, 0)
    seenBytes += chunk.length
    if (items === null && seenBytes >= header.length) items = allocateItems(header, subject, expected)
    if (items !== null) {
      rejectTrailing(seenBytes, header.length + items.data.length, subject)
      copyOverlap(chunk, seenBytes - chunk.length, items.data, header.length)
    }
  }
  if (items === null) throw new UserError(`${subject}: an IDX header must have ${header.length} bytes, got ${seenBytes} and then the end`)
  const totalBytes = header.length + items.data.length
  if (seenBytes < totalBytes) {
    throw new UserError(`${subject}: ${items.count} items need ${totalBytes} bytes unpacked, got ${seenBytes}: the file is cut short`)
  }
  rejectTooLarge(items.data, subject, expected)
  rejectWrongChecksum(hash.digest('hex'), subject, expected)
  return items
}

/** Copies the part of `chunk` (which begins at `chunkStart` of the stream) that falls into `target` (which begins at `targetStart`). */
function copyOverlap(chunk: Uint8Array, chunkStart: number, target: Uint8Array, targetStart: number): void {
  const start = Math.max(chunkStart, targetStart)
  const end = Math.min(chunkStart + chunk.length, targetStart + target.length)
  if (start < end) target.set(chunk.subarray(start - chunkStart, end - chunkStart), start - targetStart)
}

function allocateItems(header: Uint8Array, subject: string, expected: IdxExpectation): IdxItems {
  const view = new DataView(header.buffer)
  const magic = view.getUint32(0)
  const wantedMagic = (unsignedByteType << 8) | (1 + expected.itemShape.length)
  if (magic !== wantedMagic) {
    const kind = expected.itemShape.length === 0 ? 'label' : 'image'
    throw new UserError(`${subject}: an IDX ${kind} file must begin with the magic number ${hex(wantedMagic)}, got ${hex(magic)}`)
  }
  const itemShape = expected.itemShape.map((_, index) => view.getUint32(8 + 4 * index))
  if (itemShape.some((size, index) => size !== expected.itemShape[index])) {
    throw new UserError(`${subject}: images must be ${expected.itemShape.join(' x ')}, got ${itemShape.join(' x ')}`)
  }
  const count = view.getUint32(4)
  if (expected.count !== null && count !== expected.count) {
    throw new UserError(`${subject}: must hold ${expected.count} items, got ${count}`)
  }
  const dataBytes = itemShape.reduce((bytes, size) => bytes * size, count)
  if (count === 0 || dataBytes > maxDataBytes) {
    throw new UserError(`${subject}: must hold between 1 and ${maxDataBytes} bytes of data, got a count of ${count}`)
  }
  return { count, data: new Uint8Array(new SharedArrayBuffer(dataBytes)) }
}

function rejectTrailing(seenBytes: number, totalBytes: number, subject: string): void {
  if (seenBytes > totalBytes) throw new UserError(`${subject}: must end after ${totalBytes} bytes unpacked, got at least ${seenBytes}`)
}

function rejectTooLarge(data: Uint8Array, subject: string, expected: IdxExpectation): void {
  const { below } = expected
  if (below === null) return
  const index = data.findIndex((label) => label >= below)
  if (index >= 0) throw new UserError(`${subject}: labels must be 0 to ${below - 1}, got ${data[index]} at index ${index}`)
}

function rejectWrongChecksum(md5: string, subject: string, expected: IdxExpectation): void {
  if (expected.md5 !== null && md5 !== expected.md5) {
    throw new UserError(`${subject}: the MD5 of the unpacked file must be ${expected.md5}, got ${md5}`)
  }
}

function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`
}
