import type { RunSummary, RunView } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { compareConfigs } from './config-differences.ts'

const view = (config: Record<string, unknown>) => ({ run: { config } as unknown as RunSummary }) as RunView

test('a config field differs where any run has another value or none', () => {
  const rows = compareConfigs([view({ seed: 42, workers: 2, name: 'a' }), view({ seed: 42, workers: 4, shuffle: true, name: 'b' })])
  expect(rows.map(({ name, differs }) => [name, differs])).toEqual([
    ['seed', false],
    ['workers', true],
    ['shuffle', true],
  ])
  expect(rows[2].values).toEqual(['–', 'true'])
})
