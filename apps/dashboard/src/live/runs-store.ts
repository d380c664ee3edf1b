import type { RunSummary } from '@lockstep/shared'
import { createObservable, type Observable } from './observable.ts'
import { type LiveSocket, onEachConnect } from './socket.ts'

/** All runs, newest first; null until the server has answered once. */
export function createRunsStore(open: () => LiveSocket): Observable<RunSummary[] | null> {
  const store = createObservable<RunSummary[] | null>(null, {
    onFirst() {
      const socket = open()
      const change = (run: RunSummary): void => store.set(replaceRun(store.get() ?? [], run))
      const remove = (runId: string): void => store.set((store.get() ?? []).filter(({ id }) => id !== runId))
      socket.on('run:changed', change)
      socket.on('run:deleted', remove)
      const stop = onEachConnect(socket, () => socket.emit('runs:watch', (runs) => store.set(runs)))
      return () => {
        socket.off('run:changed', change)
        socket.off('run:deleted', remove)
        stop()
      }
    },
  })
  return store
}

/** The list with this run's row replaced, or added in its place by age. */
export function replaceRun(runs: readonly RunSummary[], run: RunSummary): RunSummary[] {
  const index = runs.findIndex(({ id }) => id === run.id)
  if (index >= 0) return runs.with(index, run)
  return [...runs, run].sort((a, b) => b.createdAt - a.createdAt)
}
