import type { RunSummary, RunView } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { compareConfigs, compareResults } from './config-differences.ts'

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

test('the dataset row names the dataset that was used, not what was asked for', () => {
  const used = (name: string) => ({ ...view({ dataset: 'auto' }), datasetFacts: { name } }) as RunView
  const rows = compareConfigs([used('mnist'), used('synthetic')])
  expect(rows).toEqual([{ name: 'dataset', values: ['mnist', 'synthetic'], differs: true }])
})

test('no row of the results has a name of the config’s rows', () => {
  const run = { config: { kernels: 'auto', seed: 1, name: 'a', workers: 2 }, step: 0, startedAt: null, kernels: 'relaxed' }
  const views = [{ run, epochs: [], series: {}, result: null, host: null } as unknown as RunView]
  const names = [...compareResults(views), ...compareConfigs(views)].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})
