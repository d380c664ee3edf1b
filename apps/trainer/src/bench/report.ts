// A benchmark as tables for people.
import type { BenchKernels, Benchmark, BenchPeer, BenchResult, MissingPeer } from '@lockstep/shared'
import pc from 'picocolors'
import { mostWorkers, wallDifference } from './results.ts'

const barWidth = 16
/** Kernels below this share of a shard are summed up in one line. */
const smallestShare = 0.005
/** Inside and outside clocks may differ by this share: a millisecond to ask and to answer in a round of a second or less. */
export const wallTolerance = 0.05
/** Share of the cores in other hands above which the figures are distorted. */
const busyLimit = 0.1

/** Everything that a person should know of a benchmark, as lines. */
export function benchmarkReport({ host, config, results, kernels, peers }: Benchmark, missing: readonly MissingPeer[]): string {
  const { run, dataset, rounds, secondsPerPoint, busyBefore, loadBefore, loadAfter } = config
  const lines = [
    `${pc.bold(String(run.model))} on ${dataset}, batch ${run.batchSize}, engine ${run.engine} (${run.kernels}), ${rounds} rounds of ${formatSeconds(secondsPerPoint / rounds)} each`,
    pc.dim(
      `${host.cpu}, ${host.cores} cores, Node ${host.node}, load average ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} after`,
    ),
    '',
    ...table(resultRows(results)),
    '',
    ...shareLines(results),
    ...warnings(host.cores, busyBefore, results),
  ]
  if (peers.length + missing.length > 0) lines.push('', ...peerLines(results, peers, missing))
  if (kernels !== null) lines.push('', ...kernelLines(kernels))
  return `${lines.join('\n')}\n`
}

function resultRows(results: readonly BenchResult[]): string[][] {
  const fastest = Math.max(...results.map(({ examplesPerSecond }) => examplesPerSecond))
  return [
    ['workers', 'images/s', '', 'step ms', '95 %', 'speed-up', 'efficiency', 'GFLOP/s', 'memory'],
    ...results.map((result) => [
      String(result.workers),
      formatRate(result.examplesPerSecond),
      bar(result.examplesPerSecond / fastest),
      formatMs(result.stepMs),
      formatMs(result.stepMsP95),
      result.speedup === null ? '-' : result.speedup.toFixed(2),
      result.efficiency === null ? '-' : formatShare(result.efficiency),
      result.gflops === null ? '-' : result.gflops.toFixed(1),
      `${Math.round(result.peakMemoryBytes / 1e6)} MB`,
    ]),
  ]
}

function shareLines(results: readonly BenchResult[]): string[] {
  const names = ['gradient', 'data', 'wait', 'reduce', 'update', 'other'] as const
  return [
    'share of the step',
    ...table([
      ['workers', ...names],
      ...results.map(({ workers, shares }) => [String(workers), ...names.map((name) => formatShare(shares[name]))]),
    ]),
  ]
}

function warnings(cores: number, busyBefore: number, results: readonly BenchResult[]): string[] {
  const lines: string[] = []
  const differences = results.map((result) => wallDifference(result))
  const largest = differences.reduce((most, next) => (Math.abs(next) > Math.abs(most) ? next : most))
  const text = `wall time from outside: ${largest >= 0 ? '+' : ''}${(100 * largest).toFixed(1)} % against the steps' own times`
  lines.push(Math.abs(largest) > wallTolerance ? `${pc.yellow('!')} ${text}` : pc.dim(text))
  if (busyBefore > busyLimit) {
    const percent = Math.round(100 * busyBefore)
    lines.push(
      `${pc.yellow('!')} other programs used ${percent} % of this machine at the start: the rates are too low, the ratios unreliable`,
    )
  }
  if (Math.max(...results.map(({ workers }) => workers)) > cores)
    lines.push(`${pc.yellow('!')} more workers than the ${cores} cores share them`)
  return lines
}

function peerLines(results: readonly BenchResult[], peers: readonly BenchPeer[], missing: readonly MissingPeer[]): string[] {
  const ours = mostWorkers(results)
  const rows = peers.map((peer) => [
    peer.version === null ? peer.name : `${peer.name} ${peer.version}`,
    String(peer.threads),
    String(peer.batchSize),
    formatRate(peer.examplesPerSecond),
    formatMs(peer.stepMs),
    `${formatRatio(peer.ratio)}x`,
    peer.ratioSameThreads === null ? '-' : `${formatRatio(peer.ratioSameThreads)}x`,
  ])
  return [
    ...(rows.length === 0
      ? []
      : table([['peer', 'threads', 'batch', 'images/s', 'step ms', `lockstep (${ours.workers}) is`, 'same threads'], ...rows])),
    ...missing.map(({ name, reason, remedy }) => `${pc.dim('–')} ${name}: ${reason}; ${remedy}`),
  ]
}

function kernelLines({ examples, rooflineGflops, rooflineTile, shardMs, rows, outsideMs, profiledMs }: BenchKernels): string[] {
  const shown = rows.filter(({ share }) => share >= smallestShare)
  const hidden = rows.filter(({ share }) => share < smallestShare)
  const hiddenMs = hidden.reduce((sum, { ms }) => sum + ms, 0)
  return [
    `one shard of ${examples} images on one thread: ${formatMs(shardMs)} ms; roofline ${rooflineGflops.toFixed(1)} GFLOP/s (tile ${rooflineTile})`,
    ...table([
      ['kernel', 'calls', 'ms', 'share', '', 'GFLOP/s', 'of roofline'],
      ...shown.map((row) => [
        row.name,
        String(row.calls),
        row.ms.toFixed(3),
        formatShare(row.share),
        bar(row.share / Math.max(shown[0].share, outsideMs / profiledMs)),
        row.gflops === null ? '-' : row.gflops.toFixed(1),
        row.rooflineShare === null ? '-' : formatShare(row.rooflineShare),
      ]),
      [
        `${hidden.length} more`,
        String(hidden.reduce((sum, { calls }) => sum + calls, 0)),
        hiddenMs.toFixed(3),
        formatShare(hiddenMs / profiledMs),
        '',
        '',
        '',
      ],
      ['outside kernels', '', outsideMs.toFixed(3), formatShare(outsideMs / profiledMs), '', '', ''],
    ]),
  ]
}

/** Columns side by side, the first and bars to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const isText = rows[0].map((head, column) => column === 0 || head === '')
  return rows.map((row) =>
    row
      .map((cell, column) => (isText[column] ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  )
}

function bar(share: number): string {
  const filled = Math.max(0, Math.min(barWidth, Math.round(share * barWidth)))
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled)
}

function formatRate(value: number): string {
  return value < 100 ? value.toPrecision(2) : Math.round(value).toLocaleString('en-US')
}

function formatMs(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3)
}

function formatShare(value: number): string {
  return `${(100 * value).toFixed(1)} %`
}

function formatRatio(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2)
}

function formatSeconds(value: number): string {
  return `${Number(value.toPrecision(2))} s`
}
