import { randomBytes, randomInt } from 'node:crypto'
import { drawRunName } from '@lockstep/shared'

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
const idLength = 10

/** A fresh run id: ten characters that can be read out loud. */
export function drawRunId(): string {
  return Array.from(randomBytes(idLength), (byte) => alphabet[byte % alphabet.length]).join('')
}

/** A name for a run that was given none. */
export function drawName(): string {
  return drawRunName(() => randomInt(2 ** 32) / 2 ** 32)
}
