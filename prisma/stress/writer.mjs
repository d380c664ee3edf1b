// Stores batches until told to stop; says of each batch, once it is stored, up to which sequence number.
import { openDatabase } from '../dist/index.js'
import { startEvent, stepEvent } from './events.mjs'

const [url, runId, batchSize, untilMs] = process.argv.slice(2)
const database = await openDatabase({ url })
await database.storeEvents([startEvent(runId)])
process.send({ acknowledged: 1 })
// The Prisma client compiles its query compiler at the first query, once a process.
await database.renameRun(runId, runId)
let longestStoreMs = 0
let longestBlockMs = 0
let tick = performance.now()
const timer = setInterval(() => {
  const now = performance.now()
  longestBlockMs = Math.max(longestBlockMs, now - tick - 5)
  tick = now
}, 5)
for (let step = 0, batch = 0; Date.now() < Number(untilMs); step += Number(batchSize), batch++) {
  const events = Array.from({ length: Number(batchSize) }, (_, i) => stepEvent(runId, step + i))
  const before = performance.now()
  await database.storeEvents(events)
  longestStoreMs = Math.max(longestStoreMs, performance.now() - before)
  process.send({ acknowledged: events.at(-1).sequence })
  if (batch % 10 === 0) await database.heartbeat(runId, Date.now())
  if (batch % 15 === 0) await database.renameRun(runId, `${runId}-${batch}`)
  // A trainer has other things to do; without this the timer above would measure several batches in a row.
  await new Promise(setImmediate)
}
clearInterval(timer)
process.send({ longestStoreMs, longestBlockMs })
await database.close()
process.disconnect()
