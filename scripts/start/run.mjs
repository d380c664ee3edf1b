import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { lockstepBin, quietEnvironment, repositoryRoot } from '../workspace.mjs'

const isWindows = process.platform === 'win32'

/** Starts `lockstep train` with its progress bar on this terminal. */
export function startRun(args, env) {
  // In a process group of its own, a Ctrl-C reaches it once, through signal(), and never twice: a second one means "at once".
  const child = spawn(process.execPath, [lockstepBin, 'train', ...args], {
    cwd: repositoryRoot,
    env: { ...quietEnvironment(), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: !isWindows,
  })
  const exit = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
  const run = {
    exit,
    takesSignals: true,
    signalsTaken: 0,
    signal(name) {
      run.signalsTaken += 1
      // A Windows console has told the child already; kill() there would end it before it saves.
      if (!isWindows) child.kill(name === 'SIGINT' ? 'SIGINT' : 'SIGTERM')
    },
    end: () => child.kill('SIGTERM'),
  }
  return run
}
