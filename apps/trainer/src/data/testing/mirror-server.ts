// A real HTTP server on 127.0.0.1 that serves files with ranges, and misbehaves when told to.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface MirrorOptions {
  readonly files: Readonly<Record<string, Buffer>>
  /** Breaks the connection after so many bytes of each answer's body; null never. */
  readonly breakAfterBytes?: number | null
  readonly supportsRanges?: boolean
  /** Answers nothing at all. */
  readonly isSilent?: boolean
  readonly status?: number
  /** A free one if absent. */
  readonly port?: number
}

export interface Mirror {
  /** The base address, with a slash at its end. */
  readonly url: string
  /** One line per request: the path and the range asked for. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

/** Starts a mirror on a free port. */
export async function startMirror(options: MirrorOptions): Promise<Mirror> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? 'whole'}`)
    if (!options.isSilent) answer(request, response, options)
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse, options: MirrorOptions): void {
  const { files, breakAfterBytes = null, supportsRanges = true, status } = options
  const file = files[(request.url ?? '/').slice(1)]
  if (status !== undefined || file === undefined) {
    response.writeHead(status ?? 404).end()
    return
  }
  const start = supportsRanges ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0
  if (start >= file.length) {
    response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end()
    return
  }
  const body = file.subarray(start)
  const range = { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` }
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': body.length, ...(start > 0 && range) })
  if (breakAfterBytes === null || breakAfterBytes >= body.length) response.end(body)
  else response.write(body.subarray(0, breakAfterBytes), () => setTimeout(() => response.destroy(), 20))
}
