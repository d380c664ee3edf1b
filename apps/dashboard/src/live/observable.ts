/** A value that components can watch; the shape that React's useSyncExternalStore wants. */
export interface Observable<T> {
  get(): T
  /** Gives back what ends the subscription. */
  subscribe(listener: () => void): () => void
}

interface ObservableSource<T> extends Observable<T> {
  set(value: T): void
}

interface Lifetime {
  /** Called with the first subscriber; gives back what is called after the last one left. */
  onFirst?: () => () => void
}

/** A value with subscribers; `onFirst` runs while there are any. */
export function createObservable<T>(initial: T, { onFirst }: Lifetime = {}): ObservableSource<T> {
  let value = initial
  let onLast: (() => void) | undefined
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      value = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      if (listeners.size === 0) onLast = onFirst?.()
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) onLast?.()
      }
    },
  }
}
