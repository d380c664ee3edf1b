import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { messageOf, UserError } from '@lockstep/shared'

const chunkBytes = 1 << 20

/** The bytes of a file in chunks, unpacked if its content (not its name) is gzip; an unreadable file is a UserError that names `subject`. */
export async function* readUnpacked(path: string, subject = path): AsyncGenerator<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    throw new UserError(`${subject}: must be a readable file, got ${messageOf(error)}`, { cause: error })
  })
  try {
    const start = new Uint8Array(2)
    await file.read(start, 0, 2, 0)
    const isGzip = start[0] === 0x1f && start[1] === 0x8b
    const raw = file.createReadStream({ start: 0, highWaterMark: chunkBytes, autoClose: false })
    // The error of either stream reaches the loop below through the last one; pipeline only has to be given somewhere to report it.
    yield* isGzip ? pipeline(raw, createGunzip({ chunkSize: chunkBytes }), () => undefined) : raw
  } catch (error) {
    throw new UserError(`${subject}: must be a complete file, plain or gzip, got ${messageOf(error)}`, { cause: error })
  } finally {
    await file.close()
  }
}
