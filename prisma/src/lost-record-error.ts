/** What was to be recorded has no place any more, and trying again will not help. */
export class LostRecordError extends Error {
  override readonly name = 'LostRecordError'
  readonly kind: 'replaced' | 'no-file'

  private constructor(kind: 'replaced' | 'no-file', message: string) {
    super(message)
    this.kind = kind
  }

  /** Another process has taken the run over. */
  static replaced(runId: string, attempt: number, newest: number): LostRecordError {
    return new LostRecordError(
      'replaced',
      `run ${runId}: attempt ${attempt} must be the newest to be recorded, got attempt ${newest}: another process has taken the run over`,
    )
  }

  /** The database was deleted or replaced while it was open. */
  static noFile(path: string, got: string): LostRecordError {
    return new LostRecordError(
      'no-file',
      `database: ${path} must be the file that was opened, got ${got} in its place; what is recorded now would be lost`,
    )
  }
}
