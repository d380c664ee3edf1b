import { readFileSync } from 'node:fs'

/**
 * The highest resident memory of this process so far. On Linux from /proc: getrusage's figure is never below what the process that
 * started this one held at that moment (seen here: 590 MB for a Node that used 40).
 */
export function peakMemoryBytes(): number {
  return readHighWaterMark() ?? process.resourceUsage().maxRSS * 1024
}

function readHighWaterMark(): number | null {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))
    return match === null ? null : Number(match[1]) * 1024
  } catch {
    return null
  }
}
