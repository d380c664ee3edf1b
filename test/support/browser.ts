import { type Browser, chromium, type Page } from 'playwright-core'
import { findBrowser } from '../../scripts/browser.mjs'

// Pages under test are our own, on 127.0.0.1, so Playwright's default of no sandbox (which root needs) does no harm.
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A headless Chromium: the one `npm test` found or installed, else one that is installed. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await findBrowser()
  if (executablePath === null) {
    throw new Error('browser tests: need a Chromium or Chrome, got none; run `node scripts/ensure-browser.mjs` to install one')
  }
  return chromium.launch({ executablePath, args: flags })
}

/** A page in a context of its own at device pixel ratio 1, with the errors that it logged or threw. Closing the browser closes it. */
export async function openPage(browser: Browser, { width = 1280, height = 800 } = {}): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1 })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  return { page, errors }
}
