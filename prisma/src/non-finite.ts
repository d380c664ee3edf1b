// SQLite turns NaN into NULL, so a value that may not be finite has a second, text column: see schema.prisma.
import { encodeNumber, type WireNumber } from '@lockstep/shared'

/** The number column and the text column of a value, given as a plain number or in its wire form. */
export function columnsOfNumber(value: number | WireNumber | null): [value: number | null, text: string | null] {
  if (value === null) return [null, null]
  const wire = encodeNumber(Number(value))
  return typeof wire === 'number' ? [wire, null] : [null, wire]
}

/** The value behind its two columns. */
export function numberOfColumns(value: number | null, text: string | null): WireNumber | null {
  return text === null ? value : (text as WireNumber)
}
