// One run as a page sees it: a snapshot, then every event in order. Gaps, whatever their cause, are asked for again by sequence number.
import { foldEvent, isFinalState, type RunSummary, type RunView, type TrainingEvent, type WatchRunAnswer } from '@lockstep/shared'
import { createObservable, type Observable } from './observable.ts'
import { type LiveSocket, onEachConnect } from './socket.ts'

export interface WatchedRun {
  view: RunView | null
  /** Why there is nothing to show; null while all is well. */
  error: string | null
  /** From the newest event's birth in the trainer to its arrival here; null before the first live event. */
  lagMs: number | null
}

export interface RunStoreOptions {
  /** Puts off telling React to the next frame, however many events arrive before it. */
  schedule?: (work: () => void) => void
}

/** Follows a run while anyone subscribes; the view stays when nobody does, so that coming back costs only what was missed. */
export function createRunStore(
  open: () => LiveSocket,
  runId: string,
  { schedule = queueMicrotask }: RunStoreOptions = {},
): Observable<WatchedRun> {
  let current: WatchedRun = { view: null, error: null, lagMs: null }
  let early: TrainingEvent[] = []
  let asking = false
  let scheduled = false

  const change = (next: Partial<WatchedRun>): void => {
    current = { ...current, ...next }
    if (scheduled) return
    scheduled = true
    schedule(() => {
      scheduled = false
      store.set(current)
    })
  }

  const ask = (socket: LiveSocket): void => {
    asking = true
    socket.emit('run:watch', { runId, afterSequence: current.view?.run.lastSequence ?? 0 }, (answer) => {
      asking = false
      change(takeAnswer(current.view, answer))
      const waiting = early
      early = []
      if (current.view) take(socket, waiting)
    })
  }

  const take = (socket: LiveSocket, events: readonly TrainingEvent[]): void => {
    if (events.length === 0) return
    if (current.view === null || asking) {
      early.push(...events)
    } else if (events[0].sequence > current.view.run.lastSequence + 1) {
      early.push(...events)
      ask(socket)
    } else {
      change({ view: events.reduce(foldEvent, current.view) })
    }
  }

  const store = createObservable<WatchedRun>(current, {
    onFirst() {
      const socket = open()
      const onEvents = (message: { runId: string; events: TrainingEvent[] }): void => {
        if (message.runId !== runId || message.events.length === 0) return
        change({ lagMs: Math.max(0, Date.now() - message.events[message.events.length - 1].time) })
        take(socket, message.events)
      }
      const onRow = (run: RunSummary): void => {
        if (current.view && run.id === runId) change({ view: takeRow(current.view, run) })
      }
      const onDeleted = (id: string): void => {
        if (id === runId) change({ view: null, error: 'run: was deleted' })
      }
      socket.on('run:events', onEvents)
      socket.on('run:changed', onRow)
      socket.on('run:deleted', onDeleted)
      const stop = onEachConnect(socket, () => ask(socket))
      return () => {
        socket.off('run:events', onEvents)
        socket.off('run:changed', onRow)
        socket.off('run:deleted', onDeleted)
        stop()
        socket.emit('run:unwatch', runId)
      }
    },
  })
  return store
}

function takeAnswer(view: RunView | null, answer: WatchRunAnswer): Partial<WatchedRun> {
  if ('error' in answer) return { error: answer.error }
  if ('view' in answer) return { view: answer.view, error: null }
  return view === null ? {} : { view: answer.events.reduce(foldEvent, view), error: null }
}

/** What no event says (a heartbeat, a new name, a death that others found out) comes with the run's row. */
function takeRow(view: RunView, run: RunSummary): RunView {
  if (run.lastSequence !== view.run.lastSequence && !isFinalState(run.state)) return view
  return run.lastSequence < view.run.lastSequence ? view : { ...view, run: { ...run, lastSequence: view.run.lastSequence } }
}
