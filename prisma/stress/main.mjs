// Several processes write and read one database file; then every acknowledged row must be there. One writer is killed on
// the way. Prints one JSON object; exit code 1 if anything was lost or failed.
//   node stress/main.mjs [--seconds 20] [--writers 4] [--readers 2] [--batch 25]
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '../dist/index.js'

const text = (value) => ({ type: 'string', default: value })
const { values } = parseArgs({ options: { seconds: text('20'), writers: text('4'), readers: text('2'), batch: text('25') } })
const folder = mkdtempSync(join(tmpdir(), 'lockstep-stress-'))
const url = `file:${join(folder, 'stress.db')}`
const startMs = Date.now()
const untilMs = startMs + Number(values.seconds) * 1000

function start(script, args) {
  const child = fork(new URL(script, import.meta.url), args, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
  const result = { acknowledged: 0, errors: '', killed: false, child }
  child.on('message', (message) => Object.assign(result, message))
  child.stderr.on('data', (chunk) => {
    result.errors += chunk
  })
  result.done = new Promise((resolve) => {
    child.once('close', (code) => {
      if (code !== 0 && !result.killed) result.errors ||= `exit code ${code}`
      resolve()
    })
  })
  return result
}

const writers = Array.from({ length: Number(values.writers) }, (_, i) =>
  start('writer.mjs', [url, `run-${i}`, values.batch, String(untilMs)]),
)
const readers = Array.from({ length: Number(values.readers) }, () => start('reader.mjs', [url, String(untilMs)]))
if (writers.length > 1) {
  setTimeout(
    () => {
      writers[0].killed = true
      writers[0].child.kill('SIGKILL')
    },
    (Number(values.seconds) * 1000) / 2,
  )
}
await Promise.all([...writers, ...readers].map(({ done }) => done))
const seconds = (Date.now() - startMs) / 1000

const database = await openDatabase({ url })
let lost = 0
let metricRows = 0
for (const [i, { acknowledged }] of writers.entries()) {
  const runId = `run-${i}`
  const events = await database.prisma.event.count({ where: { runId, sequence: { lte: acknowledged } } })
  const metrics = await database.prisma.metric.count({ where: { runId, sequence: { lte: acknowledged } } })
  lost += acknowledged - events + 4 * (acknowledged - 1) - metrics
  metricRows += metrics
}
const [{ integrity_check: integrity }] = await database.prisma.$queryRawUnsafe('PRAGMA integrity_check')
await database.close()
rmSync(folder, { recursive: true })

const errors = [...writers, ...readers].flatMap((result) => (result.errors ? [result.errors.trim()] : []))
const largest = (name) => Math.round(Math.max(...writers.map((writer) => writer[name] ?? 0)))
const report = {
  ...{ writers: writers.length, readers: readers.length, seconds, lost, integrity, errors, metricRows },
  ...{ metricRowsPerSecond: Math.round(metricRows / seconds), reads: readers.reduce((sum, { reads }) => sum + (reads ?? 0), 0) },
  ...{ longestStoreMs: largest('longestStoreMs'), longestBlockMs: largest('longestBlockMs') },
}
process.stdout.write(`${JSON.stringify(report)}\n`)
if (lost !== 0 || errors.length > 0 || integrity !== 'ok') process.exitCode = 1
