// What the dashboard knows of all runs right now. Trainers send events over a socket and store them in the database first; the hub
// passes each run's events on exactly once and in sequence order, and takes from the database what the socket did not bring.
import type { Database } from '@lockstep/prisma'
import { foldRun, isFinalState, messageOf, type RunSummary, type TrainingEvent } from '@lockstep/shared'
import { createRowThrottle } from './row-throttle.ts'

/** The browsers, as the hub sees them. */
export interface Audience {
  hasWatchers(runId: string): boolean
  sendEvents(runId: string, events: TrainingEvent[]): void
  sendRun(run: RunSummary): void
  sendDeleted(runId: string): void
}

interface TrackedRun {
  /** Folded up to `run.lastSequence`: everything up to there was passed on. */
  run: RunSummary
  /** The end of this run's queue: one piece of work at a time keeps the order. */
  tail: Promise<void>
}

const eventsPerRead = 500

export class LiveHub {
  readonly #database: Database
  readonly #audience: Audience
  readonly #runs = new Map<string, TrackedRun>()
  readonly #rows: ReturnType<typeof createRowThrottle>
  #refreshing: Promise<void> | null = null

  constructor(database: Database, audience: Audience) {
    this.#database = database
    this.#audience = audience
    this.#rows = createRowThrottle((runId) => {
      const tracked = this.#runs.get(runId)
      if (tracked) audience.sendRun(tracked.run)
    })
  }

  /** All runs, newest first. */
  list(): RunSummary[] {
    return [...this.#runs.values()].map(({ run }) => run).sort((a, b) => b.createdAt - a.createdAt)
  }

  /** The run's row as far as it was passed on; undefined if there is none. */
  find(runId: string): RunSummary | undefined {
    return this.#runs.get(runId)?.run
  }

  /** The run's row; null if there is no such run. Once it resolves, no later event of the run is missed. */
  async track(runId: string): Promise<RunSummary | null> {
    if (!this.#runs.has(runId)) await this.refresh()
    return this.#runs.get(runId)?.run ?? null
  }

  /** Takes events that a trainer sent; they are in the database already. */
  async receive(runId: string, events: readonly TrainingEvent[]): Promise<void> {
    if ((await this.track(runId)) === null) return
    await this.#enqueue(runId, async (tracked) => {
      for (const event of events) {
        if (event.sequence > tracked.run.lastSequence + 1) await this.#catchUp(tracked, event.sequence - 1)
        if (event.sequence > tracked.run.lastSequence) this.#passOn(tracked, restOf(events, event.sequence))
      }
    })
  }

  /** Looks at the database for runs and events that no socket announced. Calls that overlap share one look. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  close(): void {
    this.#rows.close()
    this.#runs.clear()
  }

  async #refresh(): Promise<void> {
    const rows = await this.#database.listRuns()
    const known = new Set(rows.map((row) => row.id))
    for (const runId of [...this.#runs.keys()]) if (!known.has(runId)) this.#forget(runId)
    await Promise.all(rows.map((row) => this.#takeRow(row)))
  }

  #forget(runId: string): void {
    this.#runs.delete(runId)
    this.#audience.sendDeleted(runId)
  }

  async #takeRow(row: RunSummary): Promise<void> {
    const tracked = this.#runs.get(row.id)
    if (!tracked) {
      this.#runs.set(row.id, { run: row, tail: Promise.resolve() })
      this.#rows.change(row.id, true)
    } else if (row.lastSequence > tracked.run.lastSequence && this.#audience.hasWatchers(row.id)) {
      await this.#enqueue(row.id, () => this.#catchUp(tracked, row.lastSequence))
    } else if (row.lastSequence >= tracked.run.lastSequence && !sameRow(row, tracked.run)) {
      tracked.run = row
      this.#rows.change(row.id, isFinalState(row.state))
    }
  }

  /** Passes on what the database holds after the run's last event, up to sequence number `last`. */
  async #catchUp(tracked: TrackedRun, last: number): Promise<void> {
    while (tracked.run.lastSequence < last) {
      const events = await this.#database.readEvents(tracked.run.id, tracked.run.lastSequence, eventsPerRead)
      if (events.length === 0) return
      this.#passOn(tracked, events)
    }
  }

  #passOn(tracked: TrackedRun, events: TrainingEvent[]): void {
    tracked.run = events.reduce(foldRun, tracked.run)
    if (this.#audience.hasWatchers(tracked.run.id)) this.#audience.sendEvents(tracked.run.id, events)
    this.#rows.change(tracked.run.id, isFinalState(tracked.run.state))
  }

  async #enqueue(runId: string, work: (tracked: TrackedRun) => Promise<void>): Promise<void> {
    const tracked = this.#runs.get(runId)
    if (!tracked) return
    tracked.tail = tracked.tail
      .then(() => work(tracked))
      .catch((error: unknown) => {
        process.stderr.write(`dashboard: run ${runId} could not be followed: ${messageOf(error)}\n`)
      })
    await tracked.tail
  }
}

/** The events from `first` on that follow each other without a gap. */
function restOf(events: readonly TrainingEvent[], first: number): TrainingEvent[] {
  const start = events.findIndex((event) => event.sequence === first)
  let end = start + 1
  while (end < events.length && events[end].sequence === events[end - 1].sequence + 1) end++
  return events.slice(start, end)
}

function sameRow(a: RunSummary, b: RunSummary): boolean {
  return (
    a.lastSequence === b.lastSequence && a.state === b.state && a.heartbeatAt === b.heartbeatAt && a.name === b.name && a.error === b.error
  )
}
