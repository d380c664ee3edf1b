// The process as others start it: needs the built dashboard.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryOptions } from './testing/test-dashboard.ts'

const main = join(import.meta.dirname, '../../dist/server/main.js')

function start(flags: readonly string[]): ChildProcess & { output: { stdout: string; stderr: string } } {
  const { runsDir } = temporaryOptions()
  const child = spawn(process.execPath, [main, '--runs-dir', runsDir, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return Object.assign(child, { output })
}

test('it prints one JSON line when it answers and ends within a second of SIGTERM', async () => {
  const child = start(['--port', '0'])
  await expect.poll(() => child.output.stdout, { timeout: 20_000 }).toContain('\n')
  const { url, pid } = JSON.parse(child.output.stdout)
  expect(pid).toBe(child.pid)
  expect((await fetch(url)).status).toBe(200)
  const asked = performance.now()
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  expect(performance.now() - asked).toBeLessThan(1500)
  expect(child.output.stdout.trim().split('\n')).toHaveLength(1)
})

test('a port in use is one line and exit code 2', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void holder.close())
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  const child = start(['--port', String(port)])
  const [code] = await once(child, 'exit')
  expect(code).toBe(2)
  expect(child.output.stderr).toMatch(new RegExp(`^dashboard: port must be free, got ${port} in use.*\\n$`))
})

test.each([
  ['--port', 'many', 'dashboard: port must be a whole number from 0 to 65535, got "many"'],
  ['--database', 'postgres://x', 'database: url must be file:'],
  ['--nonsense', 'x', "dashboard: Unknown option '--nonsense'"],
])('%s %s is one line and exit code 2', async (flag, value, message) => {
  const child = start([flag, value])
  const [code] = await once(child, 'exit')
  expect(code).toBe(2)
  expect(child.output.stderr.trim().split('\n')).toHaveLength(1)
  expect(child.output.stderr).toContain(message)
})
