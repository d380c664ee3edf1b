'use client'
import type { RunSummary } from '@lockstep/shared'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { assignRunColours, type ColourPair, runPalette } from '../charts/run-colours.ts'
import type { Observable } from './observable.ts'
import { createRunStore, type WatchedRun } from './run-store.ts'
import { createRunsStore } from './runs-store.ts'
import { type ConnectionState, connection, liveSocket } from './socket.ts'

export type { ConnectionState }

const runsStore = createRunsStore(liveSocket)
const runStores = new Map<string, Observable<WatchedRun>>()

const nothing: WatchedRun = { view: null, error: null, lagMs: null }
const silent: Observable<WatchedRun> = { get: () => nothing, subscribe: () => () => {} }

function runStore(runId: string): Observable<WatchedRun> {
  if (typeof window === 'undefined') return silent
  const known = runStores.get(runId)
  if (known) return known
  const created = createRunStore(liveSocket, runId, { schedule: (work) => void requestAnimationFrame(work) })
  runStores.set(runId, created)
  return created
}

/** Whether the page hears from the server. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, connection.get, () => 'connecting')
}

/** All runs, newest first, kept up to date; null until known. */
export function useRuns(): RunSummary[] | null {
  return useSyncExternalStore(runsStore.subscribe, runsStore.get, () => null)
}

/** The colour of each run, the same on every page. */
export function useRunColours(): (runId: string) => ColourPair {
  const colours = coloursOf(useRuns())
  return (runId) => colours.get(runId) ?? runPalette[0]
}

let coloured: { runs: RunSummary[] | null; colours: Map<string, ColourPair> } = { runs: null, colours: new Map() }

/** Computed once per list, however many dots and lines ask. */
function coloursOf(runs: RunSummary[] | null): Map<string, ColourPair> {
  if (coloured.runs !== runs) coloured = { runs, colours: assignRunColours(runs ?? []) }
  return coloured.colours
}

/** One run with all its points, kept up to date. */
export function useRun(runId: string): WatchedRun {
  const store = runStore(runId)
  return useSyncExternalStore(store.subscribe, store.get, () => nothing)
}

/** Several runs at once, in the order of the given ids. */
export function useWatchedRuns(runIds: readonly string[]): WatchedRun[] {
  const key = runIds.join(',')
  const [watched, setWatched] = useState<WatchedRun[]>([])
  useEffect(() => {
    const stores = key === '' ? [] : key.split(',').map(runStore)
    const update = (): void => setWatched(stores.map((store) => store.get()))
    const ends = stores.map((store) => store.subscribe(update))
    update()
    return () => {
      for (const end of ends) end()
    }
  }, [key])
  return watched.length === runIds.length ? watched : runIds.map(() => nothing)
}

/** The time, renewed every `everyMs`; null on the server and in the first render. */
export function useNow(everyMs: number): number | null {
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
