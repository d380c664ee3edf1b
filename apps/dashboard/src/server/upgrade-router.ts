// One listener for all WebSocket upgrades. ws and socket.io would each destroy the other's connections, so neither listens itself.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Access } from './access.ts'
import { isSameOrigin } from './request-origin.ts'

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

interface UpgradeRoutes {
  access: Access
  /** Handlers by path; a path also takes everything below it. */
  routes: Readonly<Record<string, UpgradeHandler>>
}

/** Hands each upgrade request to the handler of its path; unknown paths, foreign origins and who has no access are refused. */
export function routeUpgrades(server: Server, { access, routes }: UpgradeRoutes): void {
  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy())
    const refusal = access.refusalOf(request.headers)
    if (refusal !== null) return refuse(socket, refusal.status === 401 ? '401 Unauthorized' : '403 Forbidden')
    if (!isSameOrigin(request.headers)) return refuse(socket, '403 Forbidden')
    const path = (request.url ?? '').split('?', 1)[0]
    const route = Object.keys(routes).find((known) => path === known || path.startsWith(`${known}/`))
    if (route === undefined) return refuse(socket, '404 Not Found')
    routes[route](request, socket, head)
  })
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
