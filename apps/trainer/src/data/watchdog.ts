/** Aborts its signal when what was expected does not come in time, or when the outer signal aborts. */
export class Watchdog {
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal | undefined
  readonly #follow = (): void => this.#controller.abort(this.#outer?.reason)
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer
    // Not AbortSignal.any: it holds its result weakly, and a signal that is collected aborts nothing.
    outer?.addEventListener('abort', this.#follow, { once: true })
    if (outer?.aborted) this.#follow()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Starts a limit and returns the function that lifts it. */
  expectWithin(limitMs: number, complaint: string): () => void {
    const timer = setTimeout(() => this.#controller.abort(new Error(`${complaint} within ${limitMs / 1000} s`)), limitMs)
    this.#timers.add(timer)
    return () => {
      clearTimeout(timer)
      this.#timers.delete(timer)
    }
  }

  /** What `work` gives, or the reason of the abort if that comes first: whatever `work` does with the signal, the caller goes on. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted()
    let onAbort: () => void = () => undefined
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(this.signal.reason)
      this.signal.addEventListener('abort', onAbort, { once: true })
    })
    try {
      return await Promise.race([work(), aborted])
    } finally {
      this.signal.removeEventListener('abort', onAbort)
    }
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#outer?.removeEventListener('abort', this.#follow)
  }
}
