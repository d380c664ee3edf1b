import type { Sink } from './sink.ts'

/** One JSON object a line on `output`, nothing else. A reader that goes away (`| head`) is told to `onGone` once. */
export function createJsonSink(output: NodeJS.WritableStream, onGone: () => void): Sink {
  let gone = false
  output.on('error', () => {
    if (!gone) onGone()
    gone = true
  })
  return {
    accept(event) {
      if (!gone) output.write(`${JSON.stringify(event)}\n`)
    },
    async close() {},
  }
}
