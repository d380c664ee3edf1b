// Who may talk to the dashboard: pages that it served itself, and programs on this machine (they send no Origin).
// The Host check keeps a foreign name that resolves to 127.0.0.1 (DNS rebinding) from being such a page.
import type { IncomingMessage } from 'node:http'

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']
const anyAddress = ['0.0.0.0', '::', '[::]']

export type RequestHeaders = IncomingMessage['headers']

/** Host names, without a port, under which the dashboard answers when bound to `host`. */
export function allowedHostNames(host: string): readonly string[] {
  return anyAddress.includes(host) ? loopbackNames : [...loopbackNames, host.includes(':') ? `[${host}]` : host]
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
