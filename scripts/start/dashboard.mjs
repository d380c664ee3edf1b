import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { lockstepBin, quietEnvironment, repositoryRoot } from '../workspace.mjs'
import { findFreePort } from './port.mjs'

const startTimeoutMs = 60_000
const keptCharacters = 64 * 1024

function parseReadyLine(line) {
  try {
    const { url, pid } = JSON.parse(line)
    return typeof url === 'string' ? { url, pid } : null
  } catch {
    return null
  }
}

/** What it logs is kept back, so that it does not break the run's progress bar, and told only if it dies. */
function keepTail(stream) {
  let tail = ''
  stream.setEncoding('utf8').on('data', (text) => {
    tail = (tail + text).slice(-keptCharacters)
  })
  return () => tail.trim()
}

function authorization({ LOCKSTEP_TOKEN }) {
  return LOCKSTEP_TOKEN ? { authorization: `Bearer ${LOCKSTEP_TOKEN}` } : {}
}

/** The address of a dashboard that already serves these runs; null if there is none that answers. */
async function findDashboard(env) {
  try {
    const { url } = JSON.parse(readFileSync(join(env.LOCKSTEP_RUNS_DIR ?? join(repositoryRoot, 'runs'), 'dashboard.json'), 'utf8'))
    const answer = await fetch(new URL('/api/runs', url), { headers: authorization(env), signal: AbortSignal.timeout(2_000) })
    return answer.ok ? url : null
  } catch {
    return null // No file, or one that a killed dashboard left behind.
  }
}

/** The dashboard over these runs: the one that is there, else a new one on $PORT or 3000 or the next free port. Resolves once it answers. */
export async function startDashboard(env, say) {
  const there = await findDashboard(env)
  if (there !== null) {
    say(`A dashboard over these runs is there already.`)
    return { url: there, ours: false, exit: Promise.resolve(0), takesSignals: false, end: () => undefined }
  }
  const wanted = Number(env.PORT ?? 3000)
  const port = await findFreePort(wanted, env.HOST ?? '127.0.0.1')
  if (port !== wanted) say(`Port ${wanted} is taken by another program: using ${port}.`)
  // A process group of its own: Ctrl-C in the terminal is for the run, which still reports to the dashboard while it stops.
  const child = spawn(process.execPath, [lockstepBin, 'dashboard', '--port', String(port), '--json'], {
    cwd: repositoryRoot,
    env: { ...quietEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  const tail = keepTail(child.stderr)
  const end = () => child.kill('SIGTERM')
  const exit = new Promise((resolve) => child.once('close', resolve))
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`dashboard: must answer within ${startTimeoutMs / 1000} s, got:\n${tail()}`)),
      startTimeoutMs,
    )
    child.once('error', reject)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const facts = parseReadyLine(line)
      if (facts === null) return
      clearTimeout(timer)
      resolve(facts)
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      reject(new Error(`dashboard: ended with code ${code} before it answered:\n${tail()}`))
    })
  })
  try {
    const { url } = await ready
    child.once('close', () => process.stderr.write(`\nThe dashboard has ended.\n${tail()}\n`))
    return { url, ours: true, exit, takesSignals: false, end }
  } catch (error) {
    end()
    throw error
  }
}
