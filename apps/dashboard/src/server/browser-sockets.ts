// Browsers connect here: one push channel for the list of runs and one room per watched run.
import { createServer } from 'node:http'
import type { Database } from '@lockstep/prisma'
import {
  type BrowserToServer,
  messageOf,
  type RunSummary,
  type ServerToBrowser,
  socketIoPath,
  type TrainingEvent,
  type WatchRunAnswer,
  watchRunSchema,
} from '@lockstep/shared'
import { Server, type Socket } from 'socket.io'
import type { Audience } from './live-hub.ts'
import type { UpgradeHandler } from './upgrade-router.ts'

type BrowserSocket = Socket<BrowserToServer, ServerToBrowser>

/** A browser that missed more than this gets a new snapshot. */
const maxMissedEvents = 2000

/** What the sockets ask of the hub. */
export interface RunSource {
  list(): RunSummary[]
  track(runId: string): Promise<RunSummary | null>
}

export interface BrowserSockets extends Audience {
  handleUpgrade: UpgradeHandler
  /** Starts to answer browsers. */
  serve(source: RunSource, database: Database): void
  close(): Promise<void>
}

/** The browsers' endpoint, WebSocket only. It does not listen by itself: the upgrade router hands it its connections. */
export function createBrowserSockets(): BrowserSockets {
  // socket.io wants a server to put its listeners on; this one never listens, so it cannot touch other connections.
  const io = new Server<BrowserToServer, ServerToBrowser>(createServer(), {
    path: socketIoPath,
    transports: ['websocket'],
    serveClient: false,
  })
  return {
    handleUpgrade: (request, socket, head) =>
      io.engine.handleUpgrade(request as Parameters<typeof io.engine.handleUpgrade>[0], socket, head),
    serve(source, database) {
      io.on('connection', (socket) => answer(socket, source, database))
    },
    hasWatchers: (runId) => io.sockets.adapter.rooms.has(roomOf(runId)),
    sendEvents: (runId, events) => {
      io.to(roomOf(runId)).emit('run:events', { runId, events, sentAt: Date.now() })
    },
    sendRun: (run) => {
      io.emit('run:changed', run)
    },
    sendDeleted: (runId) => {
      io.emit('run:deleted', runId)
    },
    async close() {
      await io.close()
    },
  }
}

function roomOf(runId: string): string {
  return `run:${runId}`
}

function answer(socket: BrowserSocket, source: RunSource, database: Database): void {
  socket.on('runs:watch', (reply) => {
    if (typeof reply === 'function') reply(source.list())
  })
  socket.on('run:watch', (request, reply) => {
    if (typeof reply !== 'function') return
    watchRun(socket, request, source, database).then(reply, (error: unknown) => reply({ error: messageOf(error) }))
  })
  socket.on('run:unwatch', (runId) => {
    void socket.leave(roomOf(String(runId)))
  })
}

/** Joins before reading, so that an event is either in the answer or sent to the room afterwards (or both: folding ignores repeats). */
async function watchRun(socket: BrowserSocket, request: unknown, source: RunSource, database: Database): Promise<WatchRunAnswer> {
  const { runId, afterSequence } = watchRunSchema.parse(request)
  const run = await source.track(runId)
  if (run === null) return { error: `run: no run has the id ${runId}` }
  await socket.join(roomOf(runId))
  if (afterSequence > 0 && run.lastSequence - afterSequence <= maxMissedEvents) {
    return { events: await readMissed(database, runId, afterSequence) }
  }
  const view = await database.readRunView(runId)
  return view === null ? { error: `run: no run has the id ${runId}` } : { view }
}

function readMissed(database: Database, runId: string, afterSequence: number): Promise<TrainingEvent[]> {
  return database.readEvents(runId, afterSequence, 2 * maxMissedEvents)
}
