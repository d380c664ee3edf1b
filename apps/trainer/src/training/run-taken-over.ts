/** Reason of an abort that must leave no trace: another process trains this run now, in the same directory. */
export class RunTakenOver extends Error {
  override readonly name = 'RunTakenOver'
}
