// Who may talk to the dashboard. Without a token: this machine alone, by its own names. With one: whoever has it, from anywhere.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { UserError } from '@lockstep/shared'
import { type Exchange, sendJson } from './http-json.ts'
import type { DashboardOptions } from './options.ts'
import { allowedHostNames, hasAllowedHost, isLoopback, type RequestHeaders } from './request-origin.ts'

const cookieName = 'lockstep_token'
const parameterName = 'token'
const needsToken =
  'request: must carry the token; open the dashboard with ?token=… once, or send it as Authorization: Bearer (LOCKSTEP_TOKEN has it)'

export interface Refusal {
  status: 401 | 403
  error: string
}

export interface Access {
  /** Why a request with these headers is not answered; null if it is. */
  refusalOf(headers: RequestHeaders): Refusal | null
  /** Answers a request that brings the token in its address or that is refused; false if it may go on. */
  answer(exchange: Exchange): boolean
}

/** Throws UserError if the dashboard would be open to other machines: whoever reaches it can start processes here. */
export function createAccess({ host, token }: Pick<DashboardOptions, 'host' | 'token'>): Access {
  if (token !== null) {
    // What a header cannot carry would lock out every trainer. The value itself is not for the terminal.
    if (!/^[!-~]+$/.test(token)) throw new UserError('LOCKSTEP_TOKEN: must be printable ASCII without spaces, got other characters')
    return accessByToken(token)
  }
  if (!isLoopback(host)) {
    throw new UserError(`dashboard: host must be a loopback address such as 127.0.0.1 unless LOCKSTEP_TOKEN holds a secret, got ${host}`)
  }
  const allowed = allowedHostNames(host)
  const refusalOf = (headers: RequestHeaders): Refusal | null => {
    if (hasAllowedHost(headers, allowed)) return null
    return { status: 403, error: `request: host must be one of ${allowed.join(', ')}, got ${headers.host ?? 'none'}` }
  }
  return { refusalOf, answer: ({ request, response }) => refuse(response, refusalOf(request.headers)) }
}

/** A foreign page cannot know the token and gets no cookie, so the name by which the dashboard is reached does not matter. */
function accessByToken(token: string): Access {
  const matches = createComparison(token)
  const refusalOf = (headers: RequestHeaders): Refusal | null => {
    const given = [bearerOf(headers), cookieOf(headers)]
    return given.some((text) => text !== null && matches(text)) ? null : { status: 401, error: needsToken }
  }
  return {
    refusalOf,
    answer({ request, response, url }) {
      const given = url.searchParams.get(parameterName)
      if (given === null || !matches(given)) return refuse(response, refusalOf(request.headers))
      const rest = new URLSearchParams(url.searchParams)
      rest.delete(parameterName)
      const cookie = `${cookieName}=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Strict`
      // Slashes at the start would name another host.
      const location = `${url.pathname.replace(/^\/+/, '/')}${rest.size > 0 ? `?${rest}` : ''}`
      response.writeHead(303, { location, 'set-cookie': cookie, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).end()
      return true
    },
  }
}

function refuse(response: ServerResponse, refusal: Refusal | null): boolean {
  if (refusal === null) return false
  sendJson(response, refusal.status, { error: refusal.error })
  return true
}

/** Takes the same time whatever it is given: digests have one length. */
function createComparison(secret: string): (text: string) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const wanted = digest(secret)
  return (text) => timingSafeEqual(digest(text), wanted)
}

function bearerOf({ authorization }: RequestHeaders): string | null {
  return /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1] ?? null
}

function cookieOf({ cookie }: RequestHeaders): string | null {
  const pair = (cookie ?? '').split(/; */).find((text) => text.startsWith(`${cookieName}=`))
  try {
    return pair === undefined ? null : decodeURIComponent(pair.slice(cookieName.length + 1))
  } catch {
    return null // Not a cookie of ours.
  }
}
