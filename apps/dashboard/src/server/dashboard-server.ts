// One HTTP server on one port: the pages, the API, the trainers' socket and the browsers' socket.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { registryNames } from '@lockstep/models'
import { type Database, openDatabase } from '@lockstep/prisma'
import { dashboardFileName, dashboardFileSchema, ingestPath, messageOf, socketIoPath, UserError } from '@lockstep/shared'
import { type Access, createAccess } from './access.ts'
import { answerApi } from './api.ts'
import { createBrowserSockets } from './browser-sockets.ts'
import { markDeadRuns } from './dead-runs.ts'
import { sendJson, urlOf } from './http-json.ts'
import { createIngest } from './ingest.ts'
import { Launcher } from './launcher.ts'
import { LiveHub } from './live-hub.ts'
import type { DashboardOptions } from './options.ts'
import { openPages } from './pages.ts'
import { ownHostName } from './request-origin.ts'
import { routeUpgrades } from './upgrade-router.ts'

export interface RunningDashboard {
  url: string
  close(): Promise<void>
}

const databaseLookMs = 1000
const deadRunLookMs = 5000
const drainMs = 500
const drainLookMs = 20

type Close = () => unknown

/** Opens the database, starts the server and tells trainers where it is; throws UserError if it cannot. */
export async function startDashboard(options: DashboardOptions): Promise<RunningDashboard> {
  const closers: Close[] = []
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne()
  }
  try {
    return { url: await open(options, closers), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Opens everything in order; what is to be closed again is added to `closers`. Gives the server's address. */
async function open(options: DashboardOptions, closers: Close[]): Promise<string> {
  const access = createAccess(options)
  makeRunsDir(options.runsDir)
  const database = await openDatabase({ url: options.databaseUrl })
  closers.push(() => database.close())
  const pages = await openPages()
  const server = createServer()
  closers.push(
    () => pages.close(),
    () => drain(server),
  )
  const browsers = createBrowserSockets()
  const hub = new LiveHub(database, browsers)
  const ingest = createIngest((runId, events) => hub.receive(runId, events))
  closers.push(
    () => hub.close(),
    () => browsers.close(),
    () => ingest.close(),
  )
  await hub.refresh()
  browsers.serve(hub, database)

  const url = await listen(server, options)
  // No await from here to the listeners: a request can arrive in the next turn of the event loop.
  closers.push(() => void server.close())
  const launcher = new Launcher({ options, database, url, hub })
  routeUpgrades(server, { access, routes: { [ingestPath]: ingest.handleUpgrade, [socketIoPath]: browsers.handleUpgrade } })
  server.on('request', answerRequests({ access, pages, api: { database, launcher, names: registryNames } }))
  closers.push(...watchDatabase(database, hub, launcher), () => launcher.close(), announce(options.runsDir, url))
  return url
}

function watchDatabase(database: Database, hub: LiveHub, launcher: Launcher): Close[] {
  const sweep = async (): Promise<void> => {
    if (await markDeadRuns({ database, runs: hub.list(), owns: (runId) => launcher.owns(runId) })) await hub.refresh()
  }
  return [repeat(databaseLookMs, () => hub.refresh()), repeat(deadRunLookMs, sweep)]
}

/** Lets answers that are under way go out, but not for long. */
async function drain(server: Server): Promise<void> {
  const connections = (): Promise<number> => new Promise((resolve) => server.getConnections((_error, count) => resolve(count ?? 0)))
  for (let waitedMs = 0; waitedMs < drainMs && (await connections()) > 0; waitedMs += drainLookMs) {
    server.closeIdleConnections()
    await new Promise((resolve) => setTimeout(resolve, drainLookMs))
  }
  server.closeAllConnections()
}

interface Answerers {
  access: Access
  pages: Awaited<ReturnType<typeof openPages>>
  api: Parameters<typeof answerApi>[0]
}

function answerRequests({ access, pages, api }: Answerers): RequestListener {
  return (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('x-frame-options', 'SAMEORIGIN')
    const url = urlOf(request)
    if (url === null) return sendJson(response, 400, { error: 'request: target must be a path' })
    const exchange = { request, response, url }
    if (access.answer(exchange)) return
    answerApi(api, exchange)
      .then((answered) => (answered ? undefined : pages.answer(request, response)))
      .catch((error: unknown) => {
        process.stderr.write(`dashboard: ${url.pathname} failed: ${messageOf(error)}\n`)
        response.destroy()
      })
  }
}

function makeRunsDir(runsDir: string): void {
  try {
    mkdirSync(runsDir, { recursive: true })
  } catch (cause) {
    throw new UserError(`dashboard: runs directory must be writable, got ${runsDir} (${messageOf(cause)})`, { cause })
  }
}

function listen(server: Server, { host, port }: DashboardOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const inUse = `dashboard: port must be free, got ${port} in use; stop what holds it or choose another with --port or PORT`
      reject(
        new UserError(cause.code === 'EADDRINUSE' ? inUse : `dashboard: cannot listen on ${host}:${port}: ${cause.message}`, { cause }),
      )
    })
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo
      resolve(`http://${ownHostName(host)}:${address.port}`)
    })
  })
}

/** Does the work again and again, never twice at a time; failures are said once until it works again. */
function repeat(everyMs: number, work: () => Promise<void>): () => void {
  let busy = false
  let failing = false
  const timer = setInterval(async () => {
    if (busy) return
    busy = true
    try {
      await work()
      failing = false
    } catch (error) {
      if (!failing) process.stderr.write(`dashboard: cannot read the database: ${messageOf(error)}\n`)
      failing = true
    }
    busy = false
  }, everyMs)
  return () => clearInterval(timer)
}

/** Writes the file by which trainers find this dashboard; gives back what removes it, unless another dashboard has taken over. */
function announce(runsDir: string, url: string): () => void {
  const file = join(runsDir, dashboardFileName)
  writeFileSync(file, `${JSON.stringify({ url, pid: process.pid })}\n`)
  return () => {
    try {
      if (dashboardFileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).pid === process.pid) rmSync(file)
    } catch {
      // Gone or not ours: nothing to take back.
    }
  }
}
