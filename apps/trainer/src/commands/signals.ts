import { exitCode } from './exit-codes.ts'

const codes = { SIGINT: exitCode.interrupted, SIGTERM: exitCode.terminated } as const

/** The first SIGINT or SIGTERM calls `stop`, a second one ends the process at once. Returns a function that lets go of both. */
export function stopOnSignals(stop: () => void): () => void {
  let asked = false
  const handlers = Object.entries(codes).map(([signal, code]) => {
    const handler = () => {
      if (asked) process.exit(code)
      asked = true
      process.stderr.write(`\n${signal}: finishing the step and saving; once more to leave at once\n`)
      stop()
    }
    process.on(signal, handler)
    return () => process.off(signal, handler)
  })
  return () => {
    for (const release of handlers) release()
  }
}
