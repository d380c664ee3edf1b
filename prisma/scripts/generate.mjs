// Generates the Prisma client into src/generated, offline. `prisma generate` asks for a schema engine that it does not use
// and would download; naming any executable in its place satisfies it. Never set this variable for `prisma migrate`: it
// would report success having done nothing.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const prisma = createRequire(import.meta.url).resolve('prisma/build/index.js')
const { status, error, stderr } = spawnSync(process.execPath, [prisma, 'generate', '--no-hints'], {
  cwd: packageFolder,
  stdio: ['ignore', 'ignore', 'pipe'],
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
})
if (error) throw error
if (status !== 0) process.stderr.write(stderr)
process.exitCode = status ?? 1
