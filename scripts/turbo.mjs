// Turborepo without telemetry: `node scripts/turbo.mjs run build`.
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { binOf, quietEnvironment, repositoryRoot } from './workspace.mjs'

/** Command and arguments that run Turborepo. */
export const turboCommand = (args) => [process.execPath, [binOf('turbo', 'bin/turbo'), ...args]]

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [command, args] = turboCommand(process.argv.slice(2))
  const result = spawnSync(command, args, { stdio: 'inherit', cwd: repositoryRoot, env: quietEnvironment() })
  if (result.error) throw result.error
  process.exitCode = result.status ?? 1
}
