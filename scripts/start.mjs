// `npm start`: builds, serves the dashboard, opens it, and trains the default run in the foreground. Arguments go to `lockstep train`.
// Ctrl-C goes to the run first, which saves and stops; a second one, or one after the run has ended, ends all. SIGTERM stops both.
import { join } from 'node:path'
import { startBuild } from './start/build.mjs'
import { startDashboard } from './start/dashboard.mjs'
import { openUrl } from './start/open-url.mjs'
import { startRun } from './start/run.mjs'
import { repositoryRoot } from './workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)
/** How a run ends that one may want to look at: finished, failed, stopped. After bad usage there is nothing to see. */
const worthShowing = new Set([0, 1, 3])
const exitCodeOfSignal = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** What runs now, newest last; each has signal(name). */
const parts = []
let ending = false
let endCode
let end
const ended = new Promise((resolve) => {
  end = (code) => {
    endCode ??= code
    resolve(code)
  }
})

function onSignal(signal) {
  ending ||= signal !== 'SIGINT'
  const run = parts.find((part) => part.takesSignals)
  if (run === undefined || run.signalsTaken > 0) end(exitCodeOfSignal[signal])
  run?.signal(signal)
}

async function start() {
  const build = startBuild()
  parts.push(build)
  const built = await Promise.race([build.exit, ended])
  parts.pop()
  if (built !== 0) return built

  const env = { ...process.env, LOCKSTEP_DATA_DIR: process.env.LOCKSTEP_DATA_DIR ?? join(repositoryRoot, 'data') }
  const dashboard = await startDashboard(env, say)
  parts.push(dashboard)
  if (endCode !== undefined) return endCode
  say(`Dashboard: ${dashboard.url}`)
  openUrl(env.LOCKSTEP_TOKEN ? `${dashboard.url}/?token=${encodeURIComponent(env.LOCKSTEP_TOKEN)}` : dashboard.url)

  const run = startRun(['--dashboard', dashboard.url, ...process.argv.slice(2)], env)
  parts.push(run)
  // A second signal goes to the run too: give it the moment that it needs to leave.
  const code = await run.exit
  parts.pop()
  if (ending || run.signalsTaken > 1 || !worthShowing.has(code) || !dashboard.ours) return code
  say(`The dashboard stays at ${dashboard.url}; Ctrl-C ends it. Runs that it launched go on; \`npx lockstep stop RUN\` stops them.`)
  await Promise.race([ended, dashboard.exit])
  return code
}

/** npm passes SIGTERM to the shell between it and this process, which dies of it and tells nobody: then the parent is another one. */
function endWithNpm() {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onSignal('SIGTERM')
  }, 500)
}

if (process.env.npm_lifecycle_event === 'start') endWithNpm()
for (const signal of Object.keys(exitCodeOfSignal)) process.on(signal, onSignal)
process.on('exit', () => {
  for (const part of parts.reverse()) part.end()
})
try {
  process.exit(await start())
} catch (error) {
  say(error.message)
  process.exit(1)
}
