import { execFile } from 'node:child_process'
import { cpus, hostname, totalmem } from 'node:os'
import { promisify } from 'node:util'
import type { HostFacts } from '@lockstep/shared'

/** What a record of a run says of the machine and the command behind it. */
export async function readHostFacts(argv: readonly string[]): Promise<HostFacts> {
  const cores = cpus()
  return {
    hostname: hostname(),
    platform: `${process.platform}-${process.arch}`,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryBytes: totalmem(),
    node: process.version,
    pid: process.pid,
    gitCommit: await readGitCommit(),
    argv: [...argv],
  }
}

/** The commit of the working directory; null outside a repository or without git. */
async function readGitCommit(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { timeout: 2000 })
    return stdout.trim()
  } catch {
    return null
  }
}
