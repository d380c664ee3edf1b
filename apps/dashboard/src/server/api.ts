// The HTTP API: for scripts, and for what the pages ask once. What changes afterwards is pushed over the browser socket.
import type { IncomingMessage } from 'node:http'
import { checkCompatible } from '@lockstep/models'
import type { Database } from '@lockstep/prisma'
import { messageOf, parseRunConfig, type RegistryNames, UserError } from '@lockstep/shared'
import { type Exchange, HttpError, readJson, sendJson } from './http-json.ts'
import { createLaunchForm } from './launch-form.ts'
import type { Launcher } from './launcher.ts'
import { isSameOrigin } from './request-origin.ts'

export interface ApiContext {
  database: Database
  launcher: Launcher
  names: RegistryNames
}

interface Call extends ApiContext {
  request: IncomingMessage
  url: URL
  /** The path's last variable part; empty if it has none. */
  id: string
}

interface Answer {
  status: number
  body: unknown
}

interface Route {
  method: 'GET' | 'POST'
  path: RegExp
  answer: (call: Call) => Promise<Answer> | Answer
}

const maxSeriesRuns = 50

const routes: readonly Route[] = [
  { method: 'GET', path: /^\/api\/runs$/, answer: async ({ database }) => ok(await database.listRuns()) },
  { method: 'POST', path: /^\/api\/runs$/, answer: startRun },
  { method: 'GET', path: /^\/api\/runs\/([^/]+)$/, answer: readRun },
  {
    method: 'POST',
    path: /^\/api\/runs\/([^/]+)\/stop$/,
    answer: async ({ launcher, id }) => {
      await launcher.stop(id)
      return { status: 202, body: { id } }
    },
  },
  {
    method: 'POST',
    path: /^\/api\/runs\/([^/]+)\/resume$/,
    answer: async ({ request, launcher, id }) => {
      await launcher.resume(id, readEpochs(await readJson(request)))
      return { status: 202, body: { id } }
    },
  },
  { method: 'GET', path: /^\/api\/series$/, answer: readSeries },
  { method: 'GET', path: /^\/api\/schema$/, answer: ({ names }) => ok(createLaunchForm(names)) },
]

/** Answers requests below /api; false for any other path, which is left alone. */
export async function answerApi(context: ApiContext, { request, response, url }: Exchange): Promise<boolean> {
  if (url.pathname !== '/api' && !url.pathname.startsWith('/api/')) return false
  try {
    const { status, body } = await dispatch(context, request, url)
    sendJson(response, status, body)
  } catch (error) {
    const status = statusOf(error)
    if (status === 500) process.stderr.write(`dashboard: ${request.method} ${url.pathname} failed: ${messageOf(error)}\n`)
    sendJson(response, status, { error: messageOf(error) })
  }
  return true
}

async function dispatch(context: ApiContext, request: IncomingMessage, url: URL): Promise<Answer> {
  const found = routes.filter((route) => route.path.test(url.pathname))
  if (found.length === 0) throw new HttpError(404, `request: no such path, got ${url.pathname}`)
  const route = found.find(({ method }) => method === request.method)
  if (!route) throw new HttpError(405, `request: method must be ${found.map(({ method }) => method).join(' or ')}, got ${request.method}`)
  if (route.method !== 'GET' && !isSameOrigin(request.headers)) {
    throw new HttpError(403, `request: must come from the dashboard's own pages, got origin ${request.headers.origin ?? 'unknown'}`)
  }
  const id = decodeId(route.path.exec(url.pathname)?.[1] ?? '')
  return route.answer({ ...context, request, url, id })
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new HttpError(400, `request: path must be percent-encoded UTF-8, got ${text}`)
  }
}

/** Epochs in all, from the body of a resume; null leaves them as they were. */
function readEpochs(body: unknown): number | null {
  if (typeof body !== 'object' || body === null) throw new HttpError(400, 'request: body must be a JSON object')
  const epochs = 'epochs' in body ? body.epochs : null
  if (epochs === null || (typeof epochs === 'number' && Number.isSafeInteger(epochs) && epochs > 0)) return epochs
  throw new HttpError(400, `epochs: must be a whole number of at least 1, got ${JSON.stringify(epochs)}`)
}

function ok(body: unknown): Answer {
  return { status: 200, body }
}

async function startRun({ request, names, launcher }: Call): Promise<Answer> {
  const config = parseRunConfig(names, await readJson(request))
  checkCompatible(config)
  return { status: 201, body: await launcher.start(config) }
}

async function readRun({ database, id }: Call): Promise<Answer> {
  const view = await database.readRunView(id)
  if (view === null) throw new HttpError(404, `run: no run has the id ${id}`)
  return ok(view)
}

async function readSeries({ database, url }: Call): Promise<Answer> {
  const ids = listOf(url, 'runs')
  const keys = listOf(url, 'keys')
  if (ids.length > maxSeriesRuns) throw new HttpError(400, `series: runs must be at most ${maxSeriesRuns}, got ${ids.length}`)
  const entries = await Promise.all(ids.map(async (id) => [id, await database.readSeries(id, keys)] as const))
  return ok(Object.fromEntries(entries))
}

function listOf(url: URL, name: string): string[] {
  const words = (url.searchParams.get(name) ?? '').split(',').filter((word) => word !== '')
  if (words.length === 0) throw new HttpError(400, `series: ${name} must be given, joined by commas`)
  return words
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status
  return error instanceof UserError ? 400 : 500
}
