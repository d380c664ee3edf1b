// Whether the process that owns a run still lives, so that no run is trained twice and no stranger is sent a signal.
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { staleAfterMs } from '@lockstep/shared'

export interface RunOwner {
  host: { pid: number; hostname: string }
  /** Time of the last heartbeat, ms since the epoch. */
  heartbeatAt: number | null
}

/** True if the run's own process is alive on this machine; a recycled process number does not count. */
export async function isOwnerAlive({ host: { pid, hostname: name }, heartbeatAt }: RunOwner): Promise<boolean> {
  if (name !== hostname()) return heartbeatAt !== null && Date.now() - heartbeatAt < staleAfterMs
  if (!processExists(pid)) return false
  const commandLine = await readCommandLine(pid)
  return commandLine === null || commandLine.includes('lockstep')
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The command line of a process; null where the system does not tell. */
async function readCommandLine(pid: number): Promise<string | null> {
  try {
    return await readFile(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return null
  }
}
