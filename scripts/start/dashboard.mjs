import { spawn } from 'node:child_process'
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

/** Starts the dashboard on $PORT or 3000, or the next free port; resolves once it answers. */
export async function startDashboard(env) {
  const port = await findFreePort(Number(env.PORT ?? 3000), env.HOST ?? '127.0.0.1')
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
    return { url, exit, takesSignals: false, end }
  } catch (error) {
    end()
    throw error
  }
}
