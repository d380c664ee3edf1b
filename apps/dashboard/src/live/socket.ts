'use client'
import { type BrowserToServer, type ServerToBrowser, socketIoPath } from '@lockstep/shared'
import { io, type Socket } from 'socket.io-client'
import { createObservable, type Observable } from './observable.ts'

export type LiveSocket = Socket<ServerToBrowser, BrowserToServer>
export type ConnectionState = 'connecting' | 'live' | 'offline'

let shared: LiveSocket | undefined

/** The page's one connection to the dashboard server: WebSocket only, it reconnects by itself. */
export function liveSocket(): LiveSocket {
  shared ??= io({ path: socketIoPath, transports: ['websocket'], reconnectionDelay: 300, reconnectionDelayMax: 2000 })
  return shared
}

/** Calls `start` now if the socket is connected, and at each later connect; gives back what ends that. */
export function onEachConnect(socket: LiveSocket, start: () => void): () => void {
  socket.on('connect', start)
  if (socket.connected) start()
  return () => {
    socket.off('connect', start)
  }
}

/** Whether the page hears from the server. */
export const connection: Observable<ConnectionState> = (() => {
  const state = createObservable<ConnectionState>('connecting', {
    onFirst() {
      const socket = liveSocket()
      const goLive = () => state.set('live')
      const goOffline = () => state.set('offline')
      socket.on('disconnect', goOffline)
      socket.on('connect_error', goOffline)
      const stop = onEachConnect(socket, goLive)
      return () => {
        socket.off('disconnect', goOffline)
        socket.off('connect_error', goOffline)
        stop()
      }
    },
  })
  return state
})()
