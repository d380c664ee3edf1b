import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const sampleMs = 500

/** The share of the cores, 0 to 1, that is in use while this process sleeps for half a second. */
export async function measureBusyShare(): Promise<number> {
  const before = coreTimes()
  await sleep(sampleMs)
  const after = coreTimes()
  const total = after.total - before.total
  return total <= 0 ? 0 : Math.min(1, Math.max(0, 1 - (after.idle - before.idle) / total))
}

/** Summed over the cores. */
function coreTimes(): { idle: number; total: number } {
  const times = cpus().map((core) => core.times)
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    total: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
  }
}
