import type { TrainingEvent } from '@lockstep/shared'

/** Something that folds a run's events: a terminal, a database, a socket. */
export interface Sink {
  /** Takes the next event; must not wait. */
  accept(event: TrainingEvent): void
  /** Resolves when everything accepted is done with. Throws what went wrong with it. */
  close(): Promise<void>
}
