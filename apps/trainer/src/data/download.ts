// Downloads one file from the first mirror that gives the right content. A broken download is continued where it stopped, by this
// process or a later one: what has arrived waits in TARGET.<mirror>.part, one per mirror, since mirrors may pack the same content differently.
// The target itself appears whole and checked, or not at all.
import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { messageOf } from '@lockstep/shared'
import { Watchdog } from './watchdog.ts'

/** How far the download of one file is; totalBytes is null while the mirror does not say. */
export interface DownloadProgress {
  readonly file: string
  readonly receivedBytes: number
  readonly totalBytes: number | null
}

export interface DownloadTimeouts {
  /** Until the mirror answers. */
  readonly responseMs: number
  /** Between two chunks. */
  readonly stallMs: number
}

export interface DownloadRequest {
  /** Tried in this order. */
  readonly urls: readonly string[]
  readonly target: string
  /** Rejects if the file at `path` is not the right one. */
  readonly check: (path: string, subject: string) => Promise<void>
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
  readonly timeouts?: DownloadTimeouts | undefined
}

interface Attempt extends DownloadRequest {
  readonly url: string
  readonly part: string
}

const defaultTimeouts: DownloadTimeouts = { responseMs: 10_000, stallMs: 20_000 }
const maxResumesPerMirror = 10

/** Puts the file at `target` and returns the address it came from; throws an AggregateError with one error per mirror if none gave it. */
export async function downloadFile(request: DownloadRequest): Promise<string> {
  const failures: Error[] = []
  for (const url of request.urls) {
    const part = `${request.target}.${createHash('sha256').update(url).digest('hex').slice(0, 8)}.part`
    try {
      await downloadFrom({ ...request, url, part })
      await publish(part, request.target)
      return url
    } catch (error) {
      request.signal?.throwIfAborted()
      failures.push(new Error(reasonOf(url, error), { cause: error }))
    }
  }
  throw new AggregateError(failures, failures.map(messageOf).join('; '))
}

async function downloadFrom(attempt: Attempt): Promise<void> {
  const { part, url, check } = attempt
  const wasResumed = (await sizeOf(part)) > 0
  await receiveAll(attempt)
  try {
    await check(part, url)
  } catch (error) {
    await rm(part, { force: true })
    // The mirror's file may have changed between the two halves; only a download in one go can prove it wrong.
    if (!wasResumed) throw error
    await receiveAll(attempt)
    await check(part, url)
  }
}

/** Receives to the end, continuing after a broken connection as long as every try brings new bytes. */
async function receiveAll(attempt: Attempt): Promise<void> {
  for (let resumes = 0; ; resumes++) {
    const before = await sizeOf(attempt.part)
    try {
      return await receive(attempt, before)
    } catch (error) {
      attempt.signal?.throwIfAborted()
      if (resumes === maxResumesPerMirror || (await sizeOf(attempt.part)) <= before) throw error
    }
  }
}

async function receive(attempt: Attempt, start: number): Promise<void> {
  const { url, part, signal, timeouts = defaultTimeouts } = attempt
  const watchdog = new Watchdog(signal)
  try {
    const onAnswer = watchdog.expectWithin(timeouts.responseMs, 'no answer')
    // Ranges count the bytes as sent: no transfer compression on top.
    const headers = { 'accept-encoding': 'identity', ...(start > 0 && { range: `bytes=${start}-` }) }
    const response = await watchdog.guard(() => fetch(url, { headers, signal: watchdog.signal }))
    onAnswer()
    if (start > 0 && response.status === 416) {
      await response.body?.cancel()
      if (response.headers.get('content-range') === `bytes */${start}`) return
      await rm(part, { force: true })
      throw new Error(`the mirror cannot continue after ${start} bytes`)
    }
    await writeBody(response, attempt, start, watchdog)
  } finally {
    watchdog.close()
  }
}

async function writeBody(response: Response, attempt: Attempt, start: number, watchdog: Watchdog): Promise<void> {
  const isContinued = response.status === 206
  if ((response.status !== 200 && !isContinued) || response.body === null) {
    await response.body?.cancel()
    throw new Error(`HTTP status must be 200 or 206, got ${response.status}`)
  }
  const range = response.headers.get('content-range')
  if (isContinued && !range?.startsWith(`bytes ${start}-`)) throw new Error(`the range must start at byte ${start}, got ${range}`)
  const length = response.headers.get('content-length')
  let receivedBytes = isContinued ? start : 0
  const totalBytes = length === null || response.headers.has('content-encoding') ? null : receivedBytes + Number(length)
  const file = await open(attempt.part, isContinued ? 'a' : 'w')
  try {
    for await (const chunk of chunksOf(response.body, watchdog, attempt.timeouts ?? defaultTimeouts)) {
      await file.writeFile(chunk)
      receivedBytes += chunk.length
      attempt.onProgress?.({ file: basename(attempt.target), receivedBytes, totalBytes })
    }
  } finally {
    await file.close()
  }
}

async function* chunksOf(body: ReadableStream<Uint8Array>, watchdog: Watchdog, timeouts: DownloadTimeouts): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const onData = watchdog.expectWithin(timeouts.stallMs, 'no data')
      const { done, value } = await watchdog.guard(() => reader.read())
      onData()
      if (done) return
      yield value
    }
  } finally {
    // A stream that failed rejects its own cancelling; the failure is already on its way.
    reader.cancel().catch(() => undefined)
  }
}

/** Makes a checked part the target: durable first, then visible, then the other mirrors' parts go. */
async function publish(part: string, target: string): Promise<void> {
  const file: FileHandle = await open(part, 'r+')
  await file.sync()
  await file.close()
  await rename(part, target)
  const prefix = `${basename(target)}.`
  const names = await readdir(dirname(target))
  const stale = names.filter((name) => name.startsWith(prefix) && name.endsWith('.part'))
  await Promise.all(stale.map((name) => rm(join(dirname(target), name), { force: true })))
}

async function sizeOf(path: string): Promise<number> {
  const facts = await stat(path).catch(() => null)
  return facts?.size ?? 0
}

/** fetch says only "fetch failed" and puts what happened into the cause, sometimes with a code and no message. */
function reasonOf(url: string, error: unknown): string {
  const cause = error instanceof TypeError && error.cause instanceof Error ? error.cause : error
  const text = messageOf(cause) || String((cause as { code?: unknown }).code)
  return text.startsWith(url) ? text : `${url}: ${text}`
}
