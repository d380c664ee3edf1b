import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { peakMemoryBytes } from './peak-memory.ts'

test('peak memory rises with what is allocated and does not fall when it is freed', () => {
  const before = peakMemoryBytes()
  const touched = Buffer.alloc(before, 1)
  expect(touched.length).toBe(before)
  expect(peakMemoryBytes()).toBeGreaterThan(1.5 * before)
})

test.runIf(process.platform === 'linux')('peak memory does not count what the parent process held', () => {
  const held = Buffer.alloc(400_000_000, 1)
  const built = new URL('../../dist/training/peak-memory.js', import.meta.url).href
  const script = `import { peakMemoryBytes } from ${JSON.stringify(built)}; console.log(peakMemoryBytes())`
  const child = Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }))
  expect(child).toBeGreaterThan(20e6)
  expect(child).toBeLessThan(held.length / 2)
})
