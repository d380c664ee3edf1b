// Which process owns a run, told so that no other can pass for it: a process number is used again, and in a container it
// is 1 after every restart.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'
import { staleAfterMs } from '@lockstep/shared'

export interface RunOwner {
  pid: number
  hostname: string
  /** When the system started the process, in its own words; null where it does not tell. */
  start: string | null
}

/** A process of this machine as the owner of a run. */
export async function identifyProcess(pid: number): Promise<RunOwner> {
  return { pid, hostname: hostname(), start: await processStart(pid) }
}

/** True if the owner ran on this machine, so that it can be sent a signal. */
export function isOwnerHere(owner: RunOwner): boolean {
  return owner.hostname === hostname()
}

/**
 * True if the owner is alive. Where this machine cannot tell (the owner is on another one, or the system says of no
 * process when it started), it lives as long as its heart beats. Times are ms since the epoch.
 */
export async function isOwnerAlive(owner: RunOwner, heartbeatAt: number | null): Promise<boolean> {
  const beats = heartbeatAt !== null && Date.now() - heartbeatAt < staleAfterMs
  if (!isOwnerHere(owner)) return beats
  if (!processExists(owner.pid)) return false
  const start = await processStart(owner.pid)
  if (start !== null && owner.start !== null) return start === owner.start
  return owner.pid !== process.pid && beats
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function processStart(pid: number): Promise<string | null> {
  try {
    return process.platform === 'linux' ? await startOnLinux(pid) : await startFromPs(pid)
  } catch {
    return null
  }
}

/** Ticks since the boot, which alone would come again after the next boot. */
async function startOnLinux(pid: number): Promise<string> {
  const [stat, boot] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile('/proc/sys/kernel/random/boot_id', 'utf8')])
  // The second field is the program's name in brackets and may hold anything, so fields are counted behind it: from 3 on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A process that has ended but that its parent has not asked about yet still has a number.
  return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : `${boot.trim()} ${fields[22 - 3]}`
}

async function startFromPs(pid: number): Promise<string | null> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  })
  return stdout.trim() || null
}
