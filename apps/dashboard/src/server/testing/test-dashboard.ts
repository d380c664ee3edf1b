// A dashboard of a test's own: a real server on a free port over a new runs directory.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@lockstep/prisma'
import { type IngestMessage, ingestPath, type RunView, socketIoPath, type TrainingEvent } from '@lockstep/shared'
import { io } from 'socket.io-client'
import { expect, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { createRunStore } from '../../live/run-store.ts'
import type { LiveSocket } from '../../live/socket.ts'
import { type RunningDashboard, startDashboard } from '../dashboard-server.ts'
import { type DashboardOptions, readOptions } from '../options.ts'

/** Longest that a test waits for something to arrive; a machine under load is slow. */
const patience = { timeout: 10_000, interval: 20 }

/** Options for a free port and a new runs directory that is deleted when the test ends. */
export function temporaryOptions(changes: Partial<DashboardOptions> = {}): DashboardOptions {
  const runsDir = mkdtempSync(join(tmpdir(), 'lockstep-dashboard-'))
  onTestFinished(() => rmSync(runsDir, { recursive: true, force: true }))
  return { ...readOptions(['--port', '0', '--runs-dir', runsDir], {}), ...changes }
}

/** Starts a dashboard that is closed when the test ends, if not before. */
export async function openDashboard(options: DashboardOptions): Promise<RunningDashboard> {
  const dashboard = await startDashboard(options)
  onTestFinished(() => dashboard.close())
  return dashboard
}

/** The same database file, opened a second time as a trainer would. */
export async function openTrainerDatabase({ databaseUrl }: DashboardOptions): Promise<Database> {
  const database = await openDatabase({ url: databaseUrl })
  onTestFinished(() => database.close())
  return database
}

/** A browser's connection. */
export function connectBrowser(url: string): LiveSocket {
  const socket: LiveSocket = io(url, {
    path: socketIoPath,
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 100,
  })
  onTestFinished(() => {
    socket.close()
  })
  return socket
}

/** Follows a run as a page does; gives the newest view. */
export function watchRun(socket: LiveSocket, runId: string): () => RunView | null {
  const store = createRunStore(() => socket, runId)
  onTestFinished(store.subscribe(() => undefined))
  return () => store.get().view
}

export interface TrainerConnection {
  send(events: readonly TrainingEvent[]): void
  sendRaw(text: string): void
  /** The close code, once the server has closed the connection. */
  closed: Promise<number>
}

/** A trainer's connection, after its greeting. */
export async function connectTrainer(url: string, runId: string): Promise<TrainerConnection> {
  const socket = new WebSocket(new URL(ingestPath, url.replace('http', 'ws')))
  onTestFinished(() => socket.terminate())
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const send = (message: IngestMessage): void => socket.send(JSON.stringify(message))
  send({ type: 'hello', protocol: 1, runId })
  return {
    send: (events) => send({ type: 'events', events: [...events] }),
    sendRaw: (text) => socket.send(text),
    closed: new Promise((resolve) => socket.once('close', resolve)),
  }
}

/** The status with which the server answers an upgrade request: 101 if it accepts. */
export function upgradeStatus(url: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(new URL(path, url.replace('http', 'ws')), { headers })
    socket.once('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.once('unexpected-response', (_request, response) => {
      response.destroy()
      resolve(response.statusCode ?? 0)
    })
    socket.once('error', reject)
  })
}

/** Waits until the assertions hold. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  await expect.poll(async () => failureOf(check), patience).toBe('')
}

async function failureOf(check: () => void | Promise<void>): Promise<string> {
  try {
    await check()
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
