// Runs Vitest and ends with one line that a plain parser can read: `123 passed, 0 failed, 4 skipped`.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binOf, quietEnvironment, repositoryRoot } from './workspace.mjs'

/** Counts of a Vitest JSON report (null if none was written) of a run that ended with an exit status. */
export function countTests(report, status) {
  const files = report?.testResults ?? []
  // A file that does not load has no tests to count, yet failed.
  const broken = files.filter((file) => file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'))
  const failed = (report?.numFailedTests ?? 0) + broken.length
  return {
    passed: report?.numPassedTests ?? 0,
    // Vitest also fails on errors outside every test and when it finds no test: never `0 failed` then.
    failed: status === 0 ? failed : Math.max(failed, 1),
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  }
}

/** The closing line: `N skipped` only when some were. */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** What a person's shell may hold that would send a test to their database, runs or dashboard. */
const personal = ['DATABASE_URL', 'LOCKSTEP_RUNS_DIR', 'LOCKSTEP_TOKEN', 'PORT', 'HOST']

/** Runs Vitest with more arguments; returns its counts and whether all passed. */
export function runVitest(args, environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-vitest-'))
  try {
    const output = join(folder, 'report.json')
    const env = quietEnvironment(environment)
    for (const name of personal) delete env[name]
    const command = [binOf('vitest', 'vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${output}`, ...args]
    const { status, error } = spawnSync(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit'], cwd: repositoryRoot, env })
    if (error) throw error
    const counts = countTests(existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')) : null, status)
    return { counts, passed: status === 0 && counts.failed === 0 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
