// What a person does with runs that have ended, with the real command, database and browser; and who is let in.
import { openDatabase } from '@lockstep/prisma'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openPage } from './support/browser.ts'
import { spawnLockstep } from './support/child.ts'
import { type Dashboard, runLockstep, startDashboard } from './support/processes.ts'
import { makeTempDir } from './support/temp-dir.ts'

const patienceMs = 30_000
const quick = ['train', '--dataset', 'synthetic-digits', '--limit', '300', '--epochs', '1', '--json']

let browser: Browser
let dashboard: Dashboard | null = null
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await dashboard?.close()
})

function freshRuns() {
  const runsDir = makeTempDir('runs')
  return { runsDir, env: { LOCKSTEP_RUNS_DIR: runsDir, DATABASE_URL: undefined, LOCKSTEP_DATA_DIR: '/nonexistent' } }
}

test('a finished run goes on for more epochs from its page, and what the command refuses stands beside the button', async () => {
  const { runsDir, env } = freshRuns()
  const runId = (await runLockstep(quick, { env })).events[0].runId
  dashboard = await startDashboard([], { env })
  const { page, errors } = await openPage(browser)
  await page.goto(`${dashboard.url}/runs/${runId}`)
  await page.locator('[data-testid="more-epochs"]').fill('2')
  await page.locator('[data-testid="resume"]').click()
  expect(await page.locator('[data-testid="resume"]').isDisabled()).toBe(true)
  await page.locator('[data-testid="epochs"] tbody tr').nth(2).waitFor({ timeout: patienceMs })
  await page.locator('[data-testid="state"][data-state="finished"]').waitFor({ timeout: patienceMs })
  expect(await page.locator('[data-testid="epochs"] tbody tr td:first-child').allInnerTexts()).toEqual(['0', '1', '2'])
  expect(errors).toEqual([])

  // A config that the command does not accept.
  const database = await openDatabase({ url: `file:${runsDir}/lockstep.db` })
  const run = await database.findRun(runId)
  await database.prisma.run.update({ where: { id: runId }, data: { config: JSON.stringify({ ...run?.config, batchSize: -1 }) } })
  await database.close()
  await page.reload()
  await page.locator('[data-testid="resume"]').click()
  await page.locator('[data-testid="action-error"]').waitFor({ timeout: patienceMs })
  expect(await page.locator('[data-testid="action-error"]').innerText()).toContain('batchSize')
  expect(await page.locator('[data-testid="state"]').getAttribute('data-state')).toBe('finished')
  await dashboard.close()
}, 120_000)

test('off the loopback address the dashboard needs a token: one line and exit code 2 without, a cookie with', async () => {
  const { env } = freshRuns()
  const refused = spawnLockstep(['dashboard', '--port', '0', '--host', '0.0.0.0'], { env })
  expect(await refused.exit).toEqual({ code: 2, signal: null })
  expect(refused.output.stderr.trim().split('\n')).toEqual([expect.stringContaining('LOCKSTEP_TOKEN')])

  const secret = 'not-for-everyone'
  const withToken = { ...env, LOCKSTEP_TOKEN: secret }
  dashboard = await startDashboard(['--host', '0.0.0.0'], { env: withToken })
  expect((await fetch(`${dashboard.url}/api/runs`)).status).toBe(401)
  const { page, errors } = await openPage(browser)
  await page.goto(`${dashboard.url}/?token=${secret}`)
  expect(page.url()).toBe(`${dashboard.url}/`)
  await page.locator('[data-testid="empty"]').waitFor({ timeout: patienceMs })
  const run = runLockstep(quick, { env: withToken })
  await page.locator('[data-testid="run-row"][data-state="finished"]').waitFor({ timeout: patienceMs })
  expect((await run).stderr).not.toContain(secret)
  expect(errors).toEqual([])
  await dashboard.close()
  expect(dashboard.stderr()).not.toContain(secret)
}, 60_000)
