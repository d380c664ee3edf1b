// `npm test`: format and lint, build, types, a browser, every test. Stops at the first step that fails. Arguments go to Vitest.
import { spawnSync } from 'node:child_process'
import { dataEnvironment } from './data-dir.mjs'
import { ensureBrowser } from './ensure-browser.mjs'
import { turboCommand } from './turbo.mjs'
import { runVitest, summaryLine } from './vitest.mjs'
import { binOf, quietEnvironment, repositoryRoot } from './workspace.mjs'

const biome = (args) => [process.execPath, [binOf('@biomejs/biome', 'bin/biome'), ...args]]
const tsc = (project) => [process.execPath, [binOf('typescript', 'bin/tsc'), '-p', project]]
const ok = (command, args) => {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: repositoryRoot,
    env: quietEnvironment(),
  })
  if (error) throw error
  return status === 0
}

async function step(title, run) {
  process.stdout.write(`\n== ${title}\n`)
  const start = performance.now()
  const passed = await run()
  process.stdout.write(`== ${title}: ${passed ? 'ok' : 'FAILED'} in ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
  return passed
}

const data = dataEnvironment()
let counts = { passed: 0, failed: 1, skipped: 0 }

const steps = [
  ['Format and lint', () => ok(...biome(['check', '--error-on-warnings', '--max-diagnostics=50', '.']))],
  ['Build', () => ok(...turboCommand(['run', 'build', '--output-logs=errors-only']))],
  ['Types', () => ok(...tsc('tsconfig.tests.json')) && ok(...tsc('apps/dashboard/tsconfig.json'))],
  [
    'Browser',
    async () => {
      process.env.LOCKSTEP_BROWSER = await ensureBrowser()
      process.stdout.write(`${process.env.LOCKSTEP_BROWSER}\n`)
      return true
    },
  ],
  [
    'Tests',
    () => {
      const result = runVitest(process.argv.slice(2), data.environment)
      counts = result.counts
      return result.passed
    },
  ],
]

async function main() {
  if (data.notice) process.stdout.write(`\n${data.notice}\n`)
  for (const [title, run] of steps) {
    if (!(await step(title, run))) return false
  }
  return true
}

try {
  if (!(await main())) process.exitCode = 1
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
if (data.notice) process.stdout.write(`${data.notice}\n`)
process.stdout.write(`${summaryLine(counts)}\n`)
