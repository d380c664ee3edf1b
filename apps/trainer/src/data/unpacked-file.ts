import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { messageOf, UserError } from '@lockstep/shared'

const chunkBytes = 1 << 20

/** The bytes of a file in chunks, unpacked if its content (not its name) is gzip; damaged gzip is a UserError that names the file. */
export async function* readUnpacked(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    const start = new Uint8Array(2)
    await file.read(start, 0, 2, 0)
    const isGzip = start[0] === 0x1f && start[1] === 0x8b
    const raw = file.createReadStream({ start: 0, highWaterMark: chunkBytes, autoClose: false })
    if (isGzip) yield* gunzip(raw, path)
    else yield* raw
  } finally {
    await file.close()
  }
}

async function* gunzip(raw: NodeJS.ReadableStream, path: string): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip({ chunkSize: chunkBytes })
  // The error of either stream reaches the loop below through `unpacked`; pipeline only has to be given somewhere to report it.
  pipeline(raw, unpacked, () => undefined)
  try {
    yield* unpacked
  } catch (error) {
    throw new UserError(`${path}: must be a complete gzip file, got ${messageOf(error)}`, { cause: error })
  }
}
