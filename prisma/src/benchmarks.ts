import { type Benchmark, benchmarkSchema } from '@lockstep/shared'
import { insertRows } from './insert-rows.ts'
import type { Statements } from './statements.ts'

const mostListed = 1000

interface BenchmarkRow {
  id: string
  createdAt: number
  host: string
  config: string
  results: string
  profile: string | null
  peers: string
}

export function storeBenchmark(statements: Statements, benchmark: Benchmark): void {
  const { id, createdAt, host, config, results, kernels, peers } = benchmarkSchema.parse(benchmark)
  const columns = {
    id,
    createdAt,
    model: String(config.run.model),
    dataset: config.dataset,
    kernels: String(config.run.kernels),
    host: JSON.stringify(host),
    config: JSON.stringify(config),
    results: JSON.stringify(results),
    profile: kernels === null ? null : JSON.stringify(kernels),
    peers: JSON.stringify(peers),
  }
  insertRows(statements, 'INSERT OR REPLACE', 'Benchmark', Object.keys(columns), [Object.values(columns)])
}

export function listBenchmarks(statements: Statements, limit = mostListed): Benchmark[] {
  const rows = statements.objects<BenchmarkRow>(
    `SELECT "id", "createdAt", "host", "config", "results", "profile", "peers" FROM "Benchmark"
     ORDER BY "createdAt" DESC, "id" DESC LIMIT ?`,
    [limit],
  )
  return rows.map(({ id, createdAt, host, config, results, profile, peers }) => ({
    id,
    createdAt,
    host: JSON.parse(host),
    config: JSON.parse(config),
    results: JSON.parse(results),
    kernels: profile === null ? null : JSON.parse(profile),
    peers: JSON.parse(peers),
  }))
}
