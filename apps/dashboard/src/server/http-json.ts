import type { IncomingMessage, ServerResponse } from 'node:http'

const maxBodyBytes = 1_000_000

/** A request and its answer to be. */
export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  url: URL
}

/** A refusal with its HTTP status; the message is shown to the person. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The address asked for, under a host of no meaning; null if it is none. */
export function urlOf({ url = '/' }: Pick<IncomingMessage, 'url'>): URL | null {
  // Not relative to a base: two slashes at the start would be taken for a host.
  const text = url.startsWith('/') ? `http://localhost${url}` : url
  return URL.canParse(text) ? new URL(text) : null
}

/** Parses the JSON body of a request; throws HttpError 400, 413 or 415. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? 'none'
  if (!/^application\/json\b/i.test(type)) throw new HttpError(415, `request: content type must be application/json, got ${type}`)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw new HttpError(413, `request: body must be at most ${maxBodyBytes} bytes`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new HttpError(400, 'request: body must be JSON')
  }
}

/** Answers with JSON; never cached. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
