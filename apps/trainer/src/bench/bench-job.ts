import { fileURLToPath } from 'node:url'
import type { RunConfig } from '@lockstep/shared'

/** What a process of ours measures: the config with its worker count, and where its dataset is. */
export interface BenchJob {
  config: RunConfig
  dataDir: string
}

/** The command line of one of our processes; it takes its job as an argument. */
export function commandOf(entry: 'gang-contestant' | 'kernel-profile', job: BenchJob): string[] {
  return [process.execPath, fileURLToPath(new URL(`./${entry}.js`, import.meta.url)), JSON.stringify(job)]
}
