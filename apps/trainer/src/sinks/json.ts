import type { Sink } from './sink.ts'

/** One JSON object a line on `output`, nothing else. */
export function createJsonSink(output: NodeJS.WritableStream): Sink {
  return {
    accept(event) {
      output.write(`${JSON.stringify(event)}\n`)
    },
    async close() {},
  }
}
