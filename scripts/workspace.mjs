// Where things are, for the scripts: each works from any directory and through Node alone, without a shell.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

export const repositoryRoot = fileURLToPath(new URL('..', import.meta.url))

/** The committed bin of the `lockstep` command. */
export const lockstepBin = join(repositoryRoot, 'apps/trainer/bin/lockstep.js')

/** Path of a JavaScript file inside an installed package, whatever its export map says. */
export function binOf(packageName, file) {
  return join(dirname(require.resolve(`${packageName}/package.json`)), file)
}

/** This process's environment with the tools' telemetry switched off. */
export function quietEnvironment(additions = {}) {
  return { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', ...additions }
}
