// The whole way of a run, with real parts: form, trainer process, worker threads, database, sockets, a real browser.
import { createPrismaClient } from '@lockstep/prisma'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, openPage } from './support/browser.ts'
import { type Dashboard, runLockstep, startDashboard } from './support/processes.ts'
import { makeTempDir } from './support/temp-dir.ts'

/** Longest wait for what should be there at once, on a machine that does other things too. */
const patienceMs = 30_000
/** From a step's commit to its point in the page (issue: within a second). */
const firstPointMs = 1_000

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

/** Notes the moment of the first point and every number of points, inside the page, without asking it over and over. */
async function watchChart(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: { firstPointAt: number | null } = { firstPointAt: null }
    Object.assign(window, { seen })
    new MutationObserver(() => {
      const chart = document.querySelector('[data-testid="loss-chart"]')
      if (Number(chart?.getAttribute('data-points')) > 0) seen.firstPointAt ??= Date.now()
    }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-points'] })
  })
}

async function waitForPoints(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => Number(document.querySelector('[data-testid="loss-chart"]')?.getAttribute('data-points')) >= wanted,
    count,
    { timeout: patienceMs },
  )
}

async function launchFromForm(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/launch`)
  await page.locator('#dataset').selectOption('synthetic-digits')
  await page.locator('#epochs').fill('40')
  await page.locator('#limit').fill('20000')
  await page.locator('[data-testid="launch-submit"]').click()
  await page.waitForURL(/\/runs\/\w+$/, { timeout: patienceMs })
  return new URL(page.url()).pathname.split('/')[2]
}

test('a run is launched from the form, watched live over the socket alone, stopped, and found again after a restart', async () => {
  const { runsDir, env } = freshRuns()
  dashboard = await startDashboard([], { env })
  const { page, errors } = await openPage(browser)
  let frames = 0
  page.on('websocket', (socket) => socket.on('framereceived', () => frames++))
  await watchChart(page)
  const runId = await launchFromForm(page, dashboard.url)
  await waitForPoints(page, 1)

  const client = createPrismaClient(`file:${runsDir}/lockstep.db`)
  const { time } = await client.metric.findFirstOrThrow({ where: { runId, key: 'train/loss', step: 0 } })
  await client.$disconnect()
  const firstPointAt = await page.evaluate(() => (window as unknown as { seen: { firstPointAt: number } }).seen.firstPointAt)
  expect(firstPointAt - time).toBeLessThan(firstPointMs)

  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  const before = Number(await page.locator('[data-testid="loss-chart"]').getAttribute('data-points'))
  const framesBefore = frames
  await waitForPoints(page, before + 20)
  expect(requests).toEqual([])
  expect(frames).toBeGreaterThan(framesBefore)

  await page.locator('[data-testid="stop"]').click()
  await page.locator('[data-testid="state"][data-state="stopped"]').waitFor({ timeout: patienceMs })
  await dashboard.close()
  dashboard = await startDashboard([], { env })
  await page.goto(dashboard.url)
  const row = page.locator(`[data-testid="run-row"][data-run-id="${runId}"]`)
  await row.waitFor({ timeout: patienceMs })
  expect(await row.getAttribute('data-state')).toBe('stopped')
  expect(errors.filter((text) => !/net::ERR_|WebSocket/.test(text))).toEqual([])
  await dashboard.close()
}, 120_000)

test('the compare page draws the curves of two runs and names what differs between their configs', async () => {
  const { env } = freshRuns()
  const quick = ['train', '--dataset', 'synthetic-digits', '--limit', '300', '--epochs', '1', '--json']
  const ids = []
  for (const seed of ['1', '2']) ids.push((await runLockstep([...quick, '--seed', seed], { env })).events[0].runId)
  dashboard = await startDashboard([], { env })
  const { page, errors } = await openPage(browser)
  await page.goto(dashboard.url)
  for (const id of ids) await page.locator(`[data-testid="run-row"][data-run-id="${id}"] input[type="checkbox"]`).check()
  await page.locator('[data-testid="compare"]').first().click()
  const chart = page.locator('[data-testid="compare-chart"]')
  await page.waitForFunction(() => document.querySelector('[data-testid="compare-chart"]')?.getAttribute('data-series') === '2')
  expect(Number(await chart.getAttribute('data-points'))).toBeGreaterThanOrEqual(6)
  for (const id of ids) expect(page.url()).toContain(id)
  await expect.poll(() => page.locator('[data-testid="differences"]').innerText()).toMatch(/seed\s+1\s+2|seed\s+2\s+1/)
  expect(errors).toEqual([])
}, 60_000)

test('a run that was started in a terminal shows up live in a dashboard that was there before it', async () => {
  const { env } = freshRuns()
  dashboard = await startDashboard([], { env })
  const { page } = await openPage(browser, { width: 390, height: 844 })
  await page.goto(dashboard.url)
  await page.locator('[data-testid="empty"]').waitFor({ timeout: patienceMs })
  const run = runLockstep(['train', '--dataset', 'synthetic-digits', '--limit', '2000', '--epochs', '2', '--json'], { env })
  await page.locator('[data-testid="run-row"]').first().waitFor({ timeout: patienceMs })
  const { events } = await run
  await page.locator(`[data-run-id="${events[0].runId}"][data-state="finished"]`).waitFor({ timeout: patienceMs })
}, 60_000)
