// Live events to the dashboard. The database is the truth: the trainer never waits for a socket, drops what does not fit,
// and the server fills gaps from the database.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  dashboardFileName,
  dashboardFileSchema,
  type IngestMessage,
  ingestPath,
  maxEventsPerMessage,
  type TrainingEvent,
} from '@lockstep/shared'
import { WebSocket } from 'ws'
import type { Sink } from './sink.ts'

/** Events kept while there is no connection; older ones are dropped first. */
const queueLimit = 5_000
/** Bytes that may wait in the socket before sending pauses. */
const bufferedLimit = 4_000_000
const firstRetryMs = 250
const longestRetryMs = 5_000
/** Longest wait for the last events to leave at the end of a run. */
const closeTimeoutMs = 1_000

export interface SocketSinkOptions {
  runId: string
  runsDir: string
  /** Address of the dashboard; null: the one that a dashboard over the same runs directory has left there. */
  url: string | null
  /** Shared secret of dashboard and trainers, if they have one. */
  token: string | null
}

export interface SocketSink extends Sink {
  acceptAll(events: readonly TrainingEvent[]): void
}

export function createSocketSink({ runId, runsDir, url, token }: SocketSinkOptions): SocketSink {
  const queue: TrainingEvent[] = []
  let socket: WebSocket | null = null
  let retryMs = firstRetryMs
  let retryTimer: NodeJS.Timeout | undefined
  let closed = false

  async function connect(): Promise<void> {
    const address = url ?? (await discoverDashboard(runsDir))
    if (closed) return
    if (address === null) return retryLater()
    const next = new WebSocket(new URL(ingestPath, address.replace(/^http/, 'ws')), {
      handshakeTimeout: 2_000,
      headers: authorization(token),
    })
    next.on('open', () => {
      socket = next
      retryMs = firstRetryMs
      send({ type: 'hello', protocol: 1, runId })
      drain()
    })
    next.on('close', () => {
      socket = null
      retryLater()
    })
    next.on('error', () => undefined) // 'close' follows and retries.
    unrefSocket(next)
  }

  function retryLater(): void {
    if (closed) return
    clearTimeout(retryTimer)
    retryTimer = setTimeout(() => void connect(), retryMs)
    retryTimer.unref()
    retryMs = Math.min(longestRetryMs, retryMs * 2)
  }

  function send(message: IngestMessage): void {
    socket?.send(JSON.stringify(message))
  }

  function drain(): void {
    while (socket !== null && queue.length > 0 && socket.bufferedAmount < bufferedLimit) {
      send({ type: 'events', events: queue.splice(0, maxEventsPerMessage) })
    }
  }

  void connect()
  return {
    accept(event) {
      this.acceptAll([event])
    },
    acceptAll(events) {
      queue.push(...events)
      if (queue.length > queueLimit) queue.splice(0, queue.length - queueLimit)
      drain()
    },
    async close() {
      closed = true
      clearTimeout(retryTimer)
      drain()
      if (socket !== null) await closeSocket(socket)
    },
  }
}

function authorization(token: string | null): Record<string, string> {
  return token === null ? {} : { Authorization: `Bearer ${token}` }
}

async function discoverDashboard(runsDir: string): Promise<string | null> {
  try {
    const text = await readFile(join(runsDir, dashboardFileName), 'utf8')
    const { url } = dashboardFileSchema.parse(JSON.parse(text))
    return isWebAddress(url) ? url : null
  } catch {
    return null // No dashboard has been started over this directory, or it is just writing its file: tried again later.
  }
}

/** Whether trainers can connect to a dashboard at this address. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function closeSocket(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      socket.terminate()
      resolve()
    }, closeTimeoutMs)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.close(1000)
  })
}

/** A connection attempt must not keep a finished trainer alive. */
function unrefSocket(socket: WebSocket): void {
  socket.once('upgrade', (response) => response.socket.unref())
}
