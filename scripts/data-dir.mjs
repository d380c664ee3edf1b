// Where the tests find real MNIST: LOCKSTEP_DATA_DIR, else ../shared/data beside the checkout, else nowhere.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { repositoryRoot } from './workspace.mjs'

/**
 * Environment additions for tests that need data, and the line to say aloud when there is none.
 * @param {Record<string, string | undefined>} env
 * @param {(path: string) => boolean} exists
 */
export function dataEnvironment(env = process.env, exists = existsSync) {
  const folder = env.LOCKSTEP_DATA_DIR ? resolve(env.LOCKSTEP_DATA_DIR) : join(repositoryRoot, '../shared/data')
  if (exists(join(folder, 'mnist'))) return { environment: { LOCKSTEP_DATA_DIR: folder }, notice: null }
  const notice = `!! NO REAL DATA: tests on MNIST are SKIPPED, no mnist/ in ${folder}; set LOCKSTEP_DATA_DIR, or run \`npx lockstep data fetch mnist\` and set it to ./data !!`
  return { environment: env.LOCKSTEP_DATA_DIR ? { LOCKSTEP_DATA_DIR: folder } : {}, notice }
}
