import type { RunView } from '@lockstep/shared'

/** For each run the first one before it that ended with the very same parameters: their curves lie on each other. */
export function identicalBefore(views: readonly RunView[]): (RunView | null)[] {
  const firsts = new Map<string, RunView>()
  return views.map((view) => {
    const hash = view.result?.parametersSha256
    if (hash === undefined) return null
    const first = firsts.get(hash)
    if (first === undefined) firsts.set(hash, view)
    return first ?? null
  })
}
