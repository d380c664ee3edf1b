// Finds a Chromium or Chrome for the browser tests or installs one: apt-get as root, else Playwright's download. Never skips silently.
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { findBrowser, thisMachine } from './browser.mjs'
import { binOf } from './workspace.mjs'

export { findBrowser } from './browser.mjs'

const remedies =
  'install Chromium or Chrome, or name one with LOCKSTEP_BROWSER=/path/to/chrome, or run `npx playwright-core install chromium` where downloads are allowed'

/**
 * A machine on which commands can be run.
 * @typedef {import('./browser.mjs').Machine & {isRoot: boolean, hasAptGet: boolean, run: (command: string[]) => boolean,
 *   say: (line: string) => void}} Installer
 */

/** @type {Installer} */
const thisInstaller = {
  ...thisMachine,
  isRoot: process.getuid?.() === 0,
  hasAptGet: spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0,
  /** Runs a command with its output shown on stderr; true when it exits 0. */
  run: ([command, ...args]) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    return spawnSync(command, args, { stdio: ['ignore', process.stderr, process.stderr], env }).status === 0
  },
  say: (line) => process.stderr.write(`${line}\n`),
}

/**
 * The ways to install a browser on this machine, best first: each a name and the commands to run in turn.
 * @param {Pick<Installer, 'isRoot' | 'hasAptGet' | 'platform'>} machine
 */
export function installPlans({ isRoot, hasAptGet, platform }) {
  const withApt = isRoot && hasAptGet && platform === 'linux'
  const playwright = [
    process.execPath,
    binOf('playwright-core', 'cli.js'),
    'install',
    '--no-shell',
    ...(withApt ? ['--with-deps'] : []),
    'chromium',
  ]
  const plans = [{ name: "Playwright's download", commands: [playwright] }]
  const apt = [
    ['apt-get', 'update'],
    ['apt-get', 'install', '-y', '--no-install-recommends', 'chromium'],
  ]
  return withApt ? [{ name: 'apt-get', commands: apt }, ...plans] : plans
}

/**
 * Path of a working browser, installing one if there is none; rejects, naming the remedies, if none can be had.
 * @param {Installer} machine
 */
export async function ensureBrowser(machine = thisInstaller) {
  const found = await findBrowser(machine)
  if (found !== null) return found
  const tried = []
  for (const { name, commands } of installPlans(machine)) {
    machine.say(`No Chromium or Chrome found: installing one with ${name}`)
    commands.every((command) => machine.run(command))
    const installed = await findBrowser(machine)
    if (installed !== null) return installed
    tried.push(name)
  }
  throw new Error(`browser tests: need a Chromium or Chrome, got none (${tried.join(' and ')} gave none); ${remedies}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.stdout.write(`${await ensureBrowser()}\n`)
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
