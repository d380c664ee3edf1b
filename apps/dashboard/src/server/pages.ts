// The Next.js application behind one function.
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { UserError } from '@lockstep/shared'
import nextModule from 'next'

export interface Pages {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>
  close(): Promise<void>
}

const dashboardDir = join(import.meta.dirname, '../..')

/** Prepares the built pages; throws UserError if they are not built. */
export async function openPages(): Promise<Pages> {
  if (!existsSync(join(dashboardDir, '.next/BUILD_ID'))) {
    throw new UserError('dashboard: its pages must be built, got no .next/BUILD_ID; run `npm run build` first')
  }
  // Next adds an upgrade listener to the server of its first request. Given one that never listens, it leaves ours alone.
  const next = nextModule as unknown as typeof nextModule.default
  const app = next({ dev: false, dir: dashboardDir, quiet: true, httpServer: createServer() })
  await app.prepare()
  const handle = app.getRequestHandler()
  return { answer: (request, response) => handle(request, response), close: () => app.close() }
}
