// The set-up scripts' decisions: which browser, which data, what counts as a failure, what the lockfile lacks.
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findBrowser } from '../../scripts/browser.mjs'
import { completeLockfile, missingOptional, platformOf } from '../../scripts/complete-lockfile.mjs'
import { dataEnvironment } from '../../scripts/data-dir.mjs'
import { ensureBrowser, installPlans } from '../../scripts/ensure-browser.mjs'
import { openCommand } from '../../scripts/start/open-url.mjs'
import { findFreePort, isFree } from '../../scripts/start/port.mjs'
import { countTests, summaryLine } from '../../scripts/vitest.mjs'
import { repositoryRoot } from './paths.ts'

/** A machine that holds these files, all of which run but the stubs. */
function machineWith(
  files: string[],
  {
    env = {},
    platform = 'linux',
    stubs = [],
  }: { env?: Record<string, string | undefined>; platform?: NodeJS.Platform; stubs?: string[] } = {},
) {
  return {
    env: { PATH: '/usr/local/bin:/usr/bin', ...env },
    platform,
    home: '/home/ada',
    exists: (path: string) => files.includes(path),
    runs: (path: string) => !stubs.includes(path),
    playwrightPath: async () => '/cache/chromium/chrome',
  }
}

test('the browser is LOCKSTEP_BROWSER, then one on PATH, then one in a standard place, then the one Playwright downloaded', async () => {
  const everything = ['/my/chrome', '/usr/bin/chromium', '/opt/google/chrome/chrome', '/cache/chromium/chrome']
  const env = { LOCKSTEP_BROWSER: '/my/chrome' }
  expect(await findBrowser(machineWith(everything, { env }))).toBe('/my/chrome')
  expect(await findBrowser(machineWith(everything))).toBe('/usr/bin/chromium')
  expect(await findBrowser(machineWith(everything.slice(2)))).toBe('/opt/google/chrome/chrome')
  expect(await findBrowser(machineWith(everything.slice(3)))).toBe('/cache/chromium/chrome')
  expect(await findBrowser(machineWith([]))).toBeNull()
})

test('the standard places of macOS and Windows are searched', async () => {
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  const windows = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
  expect(await findBrowser(machineWith([mac], { platform: 'darwin' }))).toBe(mac)
  expect(await findBrowser(machineWith([windows], { platform: 'win32', env: { PROGRAMFILES: 'C:\\Program Files' } }))).toBe(windows)
})

test('a command that is there but does not run is passed over', async () => {
  const stub = '/usr/bin/chromium-browser'
  expect(await findBrowser(machineWith([stub, '/usr/bin/google-chrome'], { stubs: [stub] }))).toBe('/usr/bin/google-chrome')
})

test('a LOCKSTEP_BROWSER that does not run is an error that names it', async () => {
  const machine = machineWith(['/usr/bin/chromium'], { env: { LOCKSTEP_BROWSER: '/nowhere' } })
  await expect(findBrowser(machine)).rejects.toThrow('LOCKSTEP_BROWSER: must be the path of a Chromium or Chrome that runs, got "/nowhere"')
})

/** A machine without a browser, on which a command that starts so brings one. */
function bareMachine(isRoot: boolean, hasAptGet: boolean, helpful?: string) {
  const files: string[] = []
  const ran: string[] = []
  const run = (command: string[]) => {
    const line = command.slice(command[0] === process.execPath ? 2 : 0).join(' ')
    ran.push(line)
    if (helpful !== undefined && line.startsWith(helpful)) files.push('/usr/bin/chromium')
    return !line.startsWith('apt-get update') || helpful !== 'install'
  }
  return { ...machineWith(files), isRoot, hasAptGet, run, say: () => undefined, ran }
}

test('without a browser root installs one with apt-get', async () => {
  const machine = bareMachine(true, true, 'apt-get install')
  expect(await ensureBrowser(machine)).toBe('/usr/bin/chromium')
  expect(machine.ran).toEqual(['apt-get update', 'apt-get install -y --no-install-recommends chromium'])
})

test('without a browser and apt-get the pinned Playwright downloads one', async () => {
  const machine = bareMachine(false, true, 'install')
  expect(await ensureBrowser(machine)).toBe('/usr/bin/chromium')
  expect(machine.ran).toEqual(['install --no-shell chromium'])
})

test('when apt-get fails the download is tried', async () => {
  const machine = bareMachine(true, true, 'install')
  expect(await ensureBrowser(machine)).toBe('/usr/bin/chromium')
  expect(machine.ran).toEqual(['apt-get update', 'install --no-shell --with-deps chromium'])
})

test('when no browser can be had the error names what was tried and the remedies', async () => {
  const failed = ensureBrowser(bareMachine(true, true))
  await expect(failed).rejects.toThrow(/apt-get and Playwright's download gave none.*install Chromium.*LOCKSTEP_BROWSER=/)
})

test('the Playwright that installs a browser is the one the tests drive it with', () => {
  const [plan] = installPlans({ isRoot: false, hasAptGet: false, platform: 'darwin' })
  expect(plan?.commands[0]?.[1]).toBe(join(repositoryRoot, 'node_modules/playwright-core/cli.js'))
})

test('a platform package says where it runs in its name', () => {
  expect(platformOf('@turbo/windows-64')).toEqual({ os: 'win32', cpu: 'x64', libc: undefined })
  expect(platformOf('@biomejs/cli-linux-arm64-musl')).toEqual({ os: 'linux', cpu: 'arm64', libc: 'musl' })
  expect(platformOf('@next/swc-win32-arm64-msvc')).toEqual({ os: 'win32', cpu: 'arm64', libc: undefined })
  expect(platformOf('sharp')).toBeNull()
})

test('a completed lockfile has an entry for every optional dependency and changes none that it had', () => {
  const had = {
    '': { name: 'root' },
    'node_modules/tool': { version: '1.2.3', dev: true, optionalDependencies: { 'tool-darwin-arm64': '1.2.3' } },
  }
  const { lockfile, added } = completeLockfile({ lockfileVersion: 3, packages: had })
  expect(added).toEqual(['tool-darwin-arm64'])
  expect(missingOptional(lockfile.packages)).toEqual([])
  expect(lockfile.packages).toMatchObject(had)
  expect(lockfile.packages['node_modules/tool-darwin-arm64']).toEqual({
    version: '1.2.3',
    cpu: ['arm64'],
    dev: true,
    optional: true,
    os: ['darwin'],
  })
})

const passing = { status: 'passed', assertionResults: [{ status: 'passed' }] }
const report = (failed: number, testResults: object[]) => ({
  numPassedTests: 5,
  numFailedTests: failed,
  numPendingTests: 2,
  numTodoTests: 1,
  testResults,
})

test('the closing line counts what passed, failed and was skipped', () => {
  expect(summaryLine(countTests(report(0, [passing]), 0))).toBe('5 passed, 0 failed, 3 skipped')
  expect(summaryLine({ passed: 123, failed: 0, skipped: 0 })).toBe('123 passed, 0 failed')
})

test('a file that does not load, an error outside tests and a missing report each count as a failure', () => {
  const broken = { status: 'failed', assertionResults: [] }
  expect(countTests(report(1, [passing, broken, { status: 'failed', assertionResults: [{ status: 'failed' }] }]), 1).failed).toBe(2)
  expect(countTests(report(0, [passing]), 1).failed).toBe(1)
  expect(countTests(null, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('real data is taken from LOCKSTEP_DATA_DIR, else from beside the checkout, and its absence is said aloud', () => {
  const beside = join(repositoryRoot, '../shared/data')
  expect(dataEnvironment({ LOCKSTEP_DATA_DIR: '/d' }, () => true)).toEqual({ environment: { LOCKSTEP_DATA_DIR: '/d' }, notice: null })
  expect(dataEnvironment({}, (path) => path === join(beside, 'mnist'))).toEqual({
    environment: { LOCKSTEP_DATA_DIR: beside },
    notice: null,
  })
  expect(dataEnvironment({}, () => false).notice).toMatch(/NO REAL DATA.*SKIPPED.*LOCKSTEP_DATA_DIR/)
})

test('a page is opened only where there is somebody to see it', () => {
  const url = 'http://127.0.0.1:3000'
  expect(openCommand(url, { platform: 'linux', env: { DISPLAY: ':0' } })).toEqual(['xdg-open', [url]])
  expect(openCommand(url, { platform: 'darwin', env: {} })).toEqual(['open', [url]])
  expect(openCommand(url, { platform: 'linux', env: {} })).toBeNull()
  expect(openCommand(url, { platform: 'darwin', env: { CI: 'true' } })).toBeNull()
  expect(openCommand(url, { platform: 'darwin', env: { LOCKSTEP_NO_OPEN: '1' } })).toBeNull()
})

test('a port that is taken is passed over for the next free one', async () => {
  const server = createServer()
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  expect(await isFree(port, '127.0.0.1')).toBe(false)
  expect(await findFreePort(port, '127.0.0.1')).toBeGreaterThan(port)
  await expect(findFreePort(port, '127.0.0.1', 1)).rejects.toThrow(`got none from ${port} to ${port}`)
  server.close()
})
