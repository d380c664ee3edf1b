import { spawn } from 'node:child_process'
import { turboCommand } from '../turbo.mjs'
import { quietEnvironment, repositoryRoot } from '../workspace.mjs'

/** Builds everything that changed. One line counts the seconds; what the build printed is shown only if it fails. */
export function startBuild(out = process.stderr) {
  const [command, args] = turboCommand(['run', 'build', '--output-logs=errors-only'])
  const child = spawn(command, args, { cwd: repositoryRoot, env: quietEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk))

  const start = performance.now()
  const seconds = () => Math.round((performance.now() - start) / 1000)
  const rewrite = (text) => out.write(out.isTTY ? `\r${text}` : `${text}\n`)
  rewrite('Building …')
  const timer = out.isTTY ? setInterval(() => rewrite(`Building … ${seconds()} s`), 1000) : undefined

  const exit = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => {
      clearInterval(timer)
      rewrite(`${status === 0 ? 'Built' : 'The build failed'} after ${seconds()} s`)
      if (out.isTTY) out.write('\n')
      if (status !== 0) out.write(Buffer.concat(printed))
      resolve(status === 0 ? 0 : 1)
    })
  })
  return { exit, takesSignals: false, end: () => child.kill() }
}
