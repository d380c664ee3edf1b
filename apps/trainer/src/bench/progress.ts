// One line that says what is measured, how much is done and how long it still takes; only on a terminal is it redrawn.
import { formatDuration, type TerminalOutput } from '../sinks/console.ts'

const barWidth = 24

export interface Progress {
  show(doing: string, share: number): void
  clear(): void
}

export function createProgress(output: TerminalOutput): Progress {
  const live = output.isTTY === true
  const clear = () => void (live && output.write('\r\x1b[K'))
  let startedAt = performance.now()
  return {
    show(doing, share) {
      // Start-up is no part of the share: the clock runs from its end.
      if (share === 0) startedAt = performance.now()
      const line = progressLine(doing, share, performance.now() - startedAt)
      output.write(live ? `\r\x1b[K${line.slice(0, (output.columns ?? 100) - 1)}` : `${line}\n`)
    },
    clear,
  }
}

function progressLine(doing: string, share: number, elapsedMs: number): string {
  const filled = Math.round(share * barWidth)
  const left = share > 0 && share < 1 ? `  ${formatDuration((elapsedMs * (1 - share)) / share)} left` : ''
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${Math.floor(share * 100)} %  ${doing}${left}`
}
