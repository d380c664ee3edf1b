import { expect, test } from 'vitest'
import { assignRunColours, dashesFor, runPalette } from './run-colours.ts'

const grounds = { light: '#ffffff', dark: '#15181a' } as const
/** What WCAG asks of graphics. */
const minimumContrast = 3

const runs = Array.from({ length: 60 }, (_, index) => ({ id: `run${index * 7919}`, createdAt: index }))

test.each(['light', 'dark'] as const)('every %s colour stands out from its ground', (theme) => {
  for (const pair of runPalette) expect(contrast(pair[theme], grounds[theme]), pair[theme]).toBeGreaterThanOrEqual(minimumContrast)
})

test('any ten runs in a row have ten colours', () => {
  const colours = [...assignRunColours(runs).values()]
  for (let first = 0; first + 10 <= colours.length; first++) expect(new Set(colours.slice(first, first + 10)).size).toBe(10)
})

test('a run keeps its colour when later runs appear, and in whatever order the list comes', () => {
  const early = assignRunColours(runs.slice(0, 25))
  const all = assignRunColours(runs.toReversed())
  for (const [id, colour] of early) expect(all.get(id)).toBe(colour)
})

test('lines of one colour are told apart by their dashes', () => {
  const [a, b] = runPalette
  const dashes = dashesFor([a, b, a, a])
  expect(dashes[0]).toEqual([])
  expect(dashes[1]).toEqual([])
  expect(new Set([dashes[0], dashes[2], dashes[3]].map(String)).size).toBe(3)
})

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
