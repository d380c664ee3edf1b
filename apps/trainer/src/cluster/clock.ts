/** Milliseconds of a clock that all threads of the process share and that never goes back. For records only: no result depends on it. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
