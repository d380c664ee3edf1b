import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../stress/main.mjs', import.meta.url))

test('six processes on one file, one of them killed: every acknowledged row is there and nobody sees a lock', {
  timeout: 60_000,
}, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--seconds', '6'])
  const report = JSON.parse(stdout) as Record<string, unknown>
  expect(report).toMatchObject({ writers: 4, readers: 2, lost: 0, errors: [], integrity: 'ok' })
  expect(report.metricRows).toBeGreaterThan(1000)
  expect(report.reads).toBeGreaterThan(10)
})
