// What travels on the two sockets. Trainer -> server: ws, JSON text frames. Server <-> browser: socket.io.
import { z } from 'zod'
import type { TrainingEvent } from './events.ts'
import { trainingEventSchema } from './events.ts'
import type { RunSummary, RunView } from './run-view.ts'

/** Path of the trainer's ws endpoint on the dashboard server. */
export const ingestPath = '/ingest'
/** Path of socket.io on the dashboard server. */
export const socketIoPath = '/socket.io'
export const maxEventsPerMessage = 500
/** The dashboard writes its address here, inside the runs directory, so that trainers find it. */
export const dashboardFileName = 'dashboard.json'

export const dashboardFileSchema = z.object({ url: z.string(), pid: z.number() })

export const ingestMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocol: z.literal(1), runId: z.string().min(1).max(64) }),
  z.object({ type: z.literal('events'), events: z.array(trainingEventSchema).max(maxEventsPerMessage) }),
])
export type IngestMessage = z.infer<typeof ingestMessageSchema>

export const watchRunSchema = z.object({
  runId: z.string().min(1).max(64),
  /** Last sequence number the browser has; 0 for none. */
  afterSequence: z.int().min(0),
})

/** Answer to `run:watch`: a snapshot, or only what was missed, or an error line. */
export type WatchRunAnswer = { view: RunView } | { events: TrainingEvent[] } | { error: string }

export interface ServerToBrowser {
  /** A run was added or its row changed. */
  'run:changed': (run: RunSummary) => void
  'run:deleted': (runId: string) => void
  /** Events of a watched run, in sequence order; `sentAt` is the server's clock in ms since the epoch. */
  'run:events': (message: { runId: string; events: TrainingEvent[]; sentAt: number }) => void
}

export interface BrowserToServer {
  'runs:watch': (answer: (runs: RunSummary[]) => void) => void
  'run:watch': (request: z.input<typeof watchRunSchema>, answer: (answer: WatchRunAnswer) => void) => void
  'run:unwatch': (runId: string) => void
}
