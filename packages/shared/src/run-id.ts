// What identifies a run: opaque, short enough to be typed, and safe as the name of a directory.

/** Without l, o, 0 and 1, which look alike; 32 characters, so that a byte's remainder favours none. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
const length = 10

/** What `drawRunId` gives, and nothing that a path or a command line would take for something else. */
export const runIdPattern = /^[a-z2-9]{10}$/

/** A fresh run id: ten characters that can be read out loud, 50 random bits. */
export function drawRunId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => alphabet[byte % alphabet.length]).join('')
}
