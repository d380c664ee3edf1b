/** A mistake the user can mend: bad usage, config, data or environment. Shown as one line, without a stack; exit code 2. */
export class UserError extends Error {
  override readonly name = 'UserError'
}

/** The one-line form of anything thrown: its message, or its string form. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** `subject: name must be one of a, b, c, got "x"`, as a UserError. */
export function unknownName(subject: string, known: readonly string[], got: unknown): UserError {
  return new UserError(`${subject}: must be one of ${known.join(', ')}, got ${JSON.stringify(got)}`)
}
