// Trainers connect here. What they send was stored in the database before; this is the fast path to the browsers.
import { type IngestMessage, ingestMessageSchema, messageOf, type TrainingEvent } from '@lockstep/shared'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { UpgradeHandler } from './upgrade-router.ts'

const maxMessageBytes = 32 * 1024 * 1024
const policyViolation = 1008

export interface Ingest {
  handleUpgrade: UpgradeHandler
  close(): void
}

/** The trainers' endpoint: `receive` is called with the events of one run at a time, in the order they were sent. */
export function createIngest(receive: (runId: string, events: TrainingEvent[]) => Promise<void>): Ingest {
  const server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes })
  server.on('connection', (socket) => listenTo(socket, receive))
  return {
    handleUpgrade: (request, socket, head) => {
      server.handleUpgrade(request, socket, head, (opened) => server.emit('connection', opened, request))
    },
    close() {
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}

function listenTo(socket: WebSocket, receive: (runId: string, events: TrainingEvent[]) => Promise<void>): void {
  let runId: string | null = null
  let reported = false
  // What is not passed on now is taken from the database when it answers again.
  const report = (text: string): void => {
    if (!reported) process.stderr.write(`dashboard: events of run ${runId} could not be passed on: ${text}\n`)
    reported = true
  }
  socket.on('error', () => socket.terminate())
  socket.on('message', (data) => {
    try {
      const message = parseMessage(data)
      if (message.type === 'hello') runId = message.runId
      else receive(runOf(message.events, runId), message.events).catch((error: unknown) => report(messageOf(error)))
    } catch (error) {
      socket.close(policyViolation, messageOf(error).slice(0, 120))
    }
  })
}

function parseMessage(data: RawData): IngestMessage {
  const result = ingestMessageSchema.safeParse(JSON.parse(String(data)))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new RangeError(`ingest: ${issue.path.join('.') || 'message'}: ${issue.message}`)
}

function runOf(events: readonly TrainingEvent[], runId: string | null): string {
  if (runId === null) throw new RangeError('ingest: the first message must be hello, got events')
  const foreign = events.find((event) => event.runId !== runId)
  if (foreign) throw new RangeError(`ingest: events must be of run ${runId}, got ${foreign.runId}`)
  return runId
}
