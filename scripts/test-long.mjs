// `npm run test:long`: whole trainings on real data, minutes each. Arguments go to Vitest.
import { spawnSync } from 'node:child_process'
import { dataEnvironment } from './data-dir.mjs'
import { turboCommand } from './turbo.mjs'
import { runVitest, summaryLine } from './vitest.mjs'
import { quietEnvironment, repositoryRoot } from './workspace.mjs'

const [command, args] = turboCommand(['run', 'build', '--output-logs=errors-only'])
const build = spawnSync(command, args, { stdio: 'inherit', cwd: repositoryRoot, env: quietEnvironment() })
const data = dataEnvironment()
if (data.notice) process.stdout.write(`\n${data.notice}\n`)
const { counts, passed } =
  build.status === 0
    ? runVitest(['--config', 'vitest.long.config.ts', ...process.argv.slice(2)], data.environment)
    : { counts: { passed: 0, failed: 1, skipped: 0 }, passed: false }
process.stdout.write(`${summaryLine(counts)}\n`)
process.exitCode = passed ? 0 : 1
