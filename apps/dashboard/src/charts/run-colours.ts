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
  { light: '#666b73', dark: '#b5bac2' },
]

/** The run's colour: it follows from the id alone, so it is the same on every page and after every restart. */
export function runColour(runId: string): ColourPair {
  return runPalette[hashOf(runId) % runPalette.length]
}

/** The colour as a CSS value that follows the page's theme. */
export function runColourCss(runId: string): string {
  const { light, dark } = runColour(runId)
  return `light-dark(${light}, ${dark})`
}

/** Dashes for runs whose colour an earlier one of the list already has: the n-th of a colour gets the n-th pattern. */
export function runDashes(runIds: readonly string[]): number[][] {
  const used = new Map<ColourPair, number>()
  return runIds.map((runId) => {
    const colour = runColour(runId)
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
