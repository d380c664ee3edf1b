/** An unbounded queue between whoever produces and one `for await` consumer, in order. */
export class EventQueue<T> {
  readonly #items: T[] = []
  #wake: () => void = () => undefined
  #ended = false
  #failure: unknown = null

  push(item: T): void {
    this.#items.push(item)
    this.#wake()
  }

  /** No more items; what is queued is still delivered. A failure is thrown after it. */
  end(failure: unknown = null): void {
    this.#ended = true
    this.#failure = failure
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift() as T
      if (this.#ended) break
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    if (this.#failure !== null) throw this.#failure
  }
}
