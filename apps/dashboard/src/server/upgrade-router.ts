// One listener for all WebSocket upgrades. ws and socket.io would each destroy the other's connections, so neither listens itself.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { hasAllowedHost, isSameOrigin } from './request-origin.ts'

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

interface UpgradeRoutes {
  allowedHosts: readonly string[]
  /** Handlers by path; a path also takes everything below it. */
  routes: Readonly<Record<string, UpgradeHandler>>
}

/** Hands each upgrade request to the handler of its path; unknown paths, foreign hosts and foreign origins are refused. */
export function routeUpgrades(server: Server, { allowedHosts, routes }: UpgradeRoutes): void {
  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy())
    if (!hasAllowedHost(request.headers, allowedHosts) || !isSameOrigin(request.headers)) return refuse(socket, '403 Forbidden')
    const path = (request.url ?? '').split('?', 1)[0]
    const route = Object.keys(routes).find((known) => path === known || path.startsWith(`${known}/`))
    if (route === undefined) return refuse(socket, '404 Not Found')
    routes[route](request, socket, head)
  })
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
