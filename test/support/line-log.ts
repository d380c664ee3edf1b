// Items that arrive over time, kept, so that a reader who comes late misses none.
export class LineLog<T> {
  #items: T[] = []
  #ended = false
  #waiting = new Set<() => void>()

  push(item: T): void {
    this.#items.push(item)
    this.#wake()
  }

  /** No more items: readers finish and waits reject. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  all(): T[] {
    return [...this.#items]
  }

  async *read(): AsyncGenerator<T> {
    let next = 0
    while (true) {
      while (next < this.#items.length) yield this.#items[next++] as T
      if (this.#ended) return
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  /** The first item, past or to come, that is wanted. Rejects with the explanation when time is up or the items end without it. */
  async find<U extends T>(wanted: (item: T) => item is U, timeoutMs: number, explain: () => string): Promise<U> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`after ${timeoutMs} ms: ${explain()}`)), timeoutMs)
    })
    try {
      return await Promise.race([this.#first(wanted, explain), late])
    } finally {
      clearTimeout(timer)
    }
  }

  async #first<U extends T>(wanted: (item: T) => item is U, explain: () => string): Promise<U> {
    for await (const item of this.read()) if (wanted(item)) return item
    throw new Error(`the process ended: ${explain()}`)
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }
}
