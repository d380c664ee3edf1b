import { spawn } from 'node:child_process'

/**
 * Command and arguments that show a URL to whoever sits at this machine, or null where nobody can see it or it is not wanted.
 * @param {string} url
 * @param {{platform: string, env: Record<string, string | undefined>}} machine
 */
export function openCommand(url, { platform, env }) {
  if (env.LOCKSTEP_NO_OPEN || env.CI) return null
  if (platform === 'darwin') return ['open', [url]]
  if (platform === 'win32') return ['cmd', ['/c', 'start', '""', url]]
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', [url]] : null
}

/** Opens a URL in the browser if it can; the URL is printed anyway, so a failure is nothing to report. */
export function openUrl(url, machine = process) {
  const command = openCommand(url, machine)
  if (command === null) return
  const child = spawn(...command, { stdio: 'ignore', detached: true, windowsVerbatimArguments: true })
  child.on('error', () => {})
  child.unref()
}
