// Finds an installed Chromium or Chrome.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const commandNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'google-chrome-beta',
  'microsoft-edge',
  'microsoft-edge-stable',
]

/**
 * The machine as the search sees it; tests pass their own.
 * @typedef {{env: Record<string, string | undefined>, platform: string, home: string, exists: (path: string) => boolean,
 *   runs: (path: string) => boolean, playwrightPath: () => Promise<string>}} Machine
 */

/** @type {Machine} */
export const thisMachine = {
  env: process.env,
  platform: process.platform,
  home: homedir(),
  exists: existsSync,
  /** A name on PATH may be a stub that only says how to install a snap: a browser counts when it answers. */
  runs: (path) => spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0,
  /** Where the pinned Playwright puts its Chromium, in PLAYWRIGHT_BROWSERS_PATH or its default cache. */
  playwrightPath: async () => (await import('playwright-core')).chromium.executablePath(),
}

function onPath({ env, platform }) {
  const folders = (env.PATH ?? env.Path ?? '').split(platform === 'win32' ? ';' : delimiter).filter(Boolean)
  const suffix = platform === 'win32' ? '.exe' : ''
  return commandNames.flatMap((name) => folders.map((folder) => join(folder, name + suffix)))
}

function standardPlaces({ env, platform, home }) {
  if (platform === 'darwin') {
    const apps = ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium']
    const edge = 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge'
    return [...apps, edge].flatMap((app) => [join('/Applications', app), join(home, 'Applications', app)])
  }
  if (platform === 'win32') {
    const programs = [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ]
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(Boolean)
    return programs.flatMap((program) => roots.map((root) => `${root}\\${program}`))
  }
  return ['/opt/google/chrome/chrome', '/snap/bin/chromium']
}

/**
 * Path of the first browser that is there and runs, or null: LOCKSTEP_BROWSER, then PATH, the system's standard places, Playwright's cache.
 * A LOCKSTEP_BROWSER that names no working browser is an error, not a reason to look elsewhere.
 * @param {Machine} machine
 */
export async function findBrowser(machine = thisMachine) {
  // Chrome for Windows opens a window at --version, so there it is enough that the file is there.
  const works = (path) => machine.exists(path) && (machine.platform === 'win32' || machine.runs(path))
  const named = machine.env.LOCKSTEP_BROWSER
  if (named) {
    if (works(named)) return named
    throw new Error(`LOCKSTEP_BROWSER: must be the path of a Chromium or Chrome that runs, got ${JSON.stringify(named)}`)
  }
  const installed = [...onPath(machine), ...standardPlaces(machine)].find(works)
  if (installed !== undefined) return installed
  const downloaded = await machine.playwrightPath()
  return works(downloaded) ? downloaded : null
}
