// Nine stops of matplotlib's viridis; between them, linear.
const stops: readonly (readonly [number, number, number])[] = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [253, 231, 37],
]

export interface Shade {
  background: string
  /** Black or white, whichever reads better on it. */
  text: string
}

/** Viridis at `share` from 0 to 1, with a text colour of enough contrast. */
export function viridis(share: number): Shade {
  const position = Math.min(Math.max(share, 0), 1) * (stops.length - 1)
  const index = Math.min(Math.floor(position), stops.length - 2)
  const part = position - index
  const rgb = stops[index].map((low, channel) => Math.round(low + part * (stops[index + 1][channel] - low)))
  const luminance = rgb.map(linearChannel).reduce((sum, value, channel) => sum + value * luminanceWeights[channel], 0)
  return { background: `rgb(${rgb.join(' ')})`, text: luminance > 0.179 ? '#000' : '#fff' }
}

const luminanceWeights = [0.2126, 0.7152, 0.0722]

function linearChannel(value: number): number {
  const share = value / 255
  return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}
