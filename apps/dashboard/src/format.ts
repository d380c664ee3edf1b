// How numbers, times and sizes are written on every page. One locale: a number looks the same for everyone who is shown it.
import { decodeNumber, type WireNumber } from '@lockstep/shared'

const missing = '–'

/** A loss: five decimals, so that a column of them lines up; fewer for large ones, powers of ten for tiny ones. */
export function formatLoss(loss: WireNumber | null): string {
  if (loss === null) return missing
  const value = decodeNumber(loss)
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && size < 1e-4) return value.toExponential(2)
  if (size < 10) return value.toFixed(5)
  return size < 1000 ? value.toFixed(2) : value.toExponential(3)
}

/** A number for an axis: as short as it can be. */
export function formatTick(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size < 1e-3) return value.toExponential(0)
  return size < 1000 ? String(Number(value.toPrecision(3))) : Math.round(value).toLocaleString('en-US')
}

export function formatCount(value: number | null): string {
  return value === null || !Number.isFinite(value) ? missing : Math.round(value).toLocaleString('en-US')
}

export function formatMs(ms: number | null): string {
  if (ms === null) return missing
  if (ms < 10) return `${ms.toFixed(1)} ms`
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** A duration as m:ss or h:mm:ss; short ones in seconds, which would all be 0:00. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return missing
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const pad = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`
}

/** How long ago, in one unit. */
export function formatAgo(time: number | null, now: number | null): string {
  if (time === null || now === null) return missing
  const seconds = Math.max(0, Math.round((now - time) / 1000))
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

export function formatPercent(share: number, decimals = 0): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(decimals)} %` : missing
}

/** A config value as it is written in a table. */
export function formatValue(value: unknown): string {
  if (value === undefined) return missing
  if (value === null) return 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
