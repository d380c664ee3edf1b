// Reads what a dashboard reads, and checks that each snapshot is whole.
import { openDatabase } from '../dist/index.js'

const [url, untilMs] = process.argv.slice(2)
const database = await openDatabase({ url })
let reads = 0
while (Date.now() < Number(untilMs)) {
  for (const run of await database.listRuns()) {
    const events = await database.readEvents(run.id, Math.max(0, run.lastSequence - 50), 50)
    const reached = events.at(-1)?.sequence ?? 0
    if (reached < run.lastSequence) throw new Error(`reader: events must reach ${run.lastSequence}, got ${reached}`)
    if (reads % 20 === 0) {
      const view = await database.readRunView(run.id)
      const points = view.series['train/loss']?.values.length ?? 0
      if (points !== Math.max(0, view.run.lastSequence - 1))
        throw new Error(`reader: series must hold ${view.run.lastSequence - 1} points, got ${points}`)
    }
    reads++
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
}
process.send({ reads })
await database.close()
process.disconnect()
