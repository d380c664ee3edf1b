import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where real data is, as `npm test` found it; null where there is none. */
export const dataDir: string | null = process.env.LOCKSTEP_DATA_DIR ?? null

/** For `test.skipIf(!hasDataset('mnist'))`: `npm test` says aloud when such tests are skipped. */
export function hasDataset(name: 'mnist' | 'fashion-mnist'): boolean {
  return dataDir !== null && existsSync(join(dataDir, name))
}
