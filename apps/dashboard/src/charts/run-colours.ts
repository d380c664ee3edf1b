// Ten colours that people with any colour vision can tell apart (after Okabe & Ito and Tol), for light and for dark ground.
// Lines need 3:1 against the ground; a test holds that.

export interface ColourPair {
  light: string
  dark: string
}

export const runPalette: readonly ColourPair[] = [
  { light: '#1f6fd6', dark: '#6aa5ff' },
  { light: '#c2570c', dark: '#ff9c55' },
  { light: '#0c8464', dark: '#3ccaa0' },
  { light: '#a53391', dark: '#ec8ad9' },
  { light: '#8a6a00', dark: '#dcbf45' },
  { light: '#0f7c9b', dark: '#57c9e8' },
  { light: '#bf3350', dark: '#ff8298' },
  { light: '#5b53c6', dark: '#aaa2ff' },
  { light: '#4d7718', dark: '#a5d16a' },
  { light: '#855a3c', dark: '#d3a583' },
]

export interface ColouredRun {
  id: string
  createdAt: number
}

/**
 * A colour for each run. It prefers the one that its id names and moves on where one of the nine runs before it has that: any ten
 * runs in a row differ, and later runs change nothing.
 */
export function assignRunColours(runs: readonly ColouredRun[]): Map<string, ColourPair> {
  const oldestFirst = runs.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  const recent: number[] = []
  const colours = new Map<string, ColourPair>()
  for (const { id } of oldestFirst) {
    let index = hashOf(id) % runPalette.length
    while (recent.includes(index)) index = (index + 1) % runPalette.length
    recent.push(index)
    if (recent.length === runPalette.length) recent.shift()
    colours.set(id, runPalette[index])
  }
  return colours
}

/** Dashes for lines whose colour an earlier line already has: the n-th of a colour gets the n-th pattern. */
export function dashesFor(colours: readonly ColourPair[]): number[][] {
  const used = new Map<ColourPair, number>()
  return colours.map((colour) => {
    const earlier = used.get(colour) ?? 0
    used.set(colour, earlier + 1)
    return dashPatterns[earlier % dashPatterns.length]
  })
}

const dashPatterns = [[], [8, 4], [2, 3], [10, 3, 2, 3]]

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}
