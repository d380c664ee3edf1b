// Who may talk to the dashboard: pages that it served itself, and programs on this machine (they send no Origin).
// The Host check keeps a foreign name that resolves to 127.0.0.1 (DNS rebinding) from being such a page.
import type { IncomingMessage } from 'node:http'

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']
const anyAddress = ['0.0.0.0', '::', '[::]']

export type RequestHeaders = IncomingMessage['headers']

/** True if only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** The host by which this machine reaches what listens on `host`, as it stands in an address. */
export function ownHostName(host: string): string {
  if (anyAddress.includes(host)) return host === '0.0.0.0' ? '127.0.0.1' : '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

/** Host names, without a port, under which the dashboard answers when bound to the loopback address `host`. */
export function allowedHostNames(host: string): readonly string[] {
  return [...new Set([...loopbackNames, ownHostName(host)])]
}

/** True if the request was made to one of the allowed names. */
export function hasAllowedHost(headers: RequestHeaders, allowed: readonly string[]): boolean {
  const host = headers.host
  return host !== undefined && allowed.includes(host.replace(/:\d+$/, '').toLowerCase())
}

/** True unless a page of another origin caused the request. */
export function isSameOrigin(headers: RequestHeaders): boolean {
  if (headers['sec-fetch-site'] === 'cross-site') return false
  if (headers.origin === undefined) return true
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host
}
