// JSON has no NaN and no infinities; both must survive the wire and the database, so they travel as strings.
import { z } from 'zod'

export type NonFinite = 'NaN' | 'Infinity' | '-Infinity'
/** A float as it travels in JSON: a number, or the name of a non-finite value. */
export type WireNumber = number | NonFinite

// Literals, not an enum: TypeScript takes '-Infinity' for a numeric key and drops it from an enum's type.
export const wireNumber = z.union([z.number(), z.literal('NaN'), z.literal('Infinity'), z.literal('-Infinity')])

/** The JSON form of any float. */
export function encodeNumber(value: number): WireNumber {
  return Number.isFinite(value) ? value : (String(value) as NonFinite)
}

/** The float behind its JSON form: decodeNumber(encodeNumber(x)) is x, NaN included. */
export function decodeNumber(value: WireNumber): number {
  return Number(value)
}
