import { fileURLToPath } from 'node:url'

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url))
/** The committed bin of the `lockstep` command. */
export const lockstepBin = fileURLToPath(new URL('../../apps/trainer/bin/lockstep.js', import.meta.url))
