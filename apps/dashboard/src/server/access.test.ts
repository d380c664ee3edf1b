import { request } from 'node:http'
import { expect, test } from 'vitest'
import { createAccess } from './access.ts'
import { urlOf } from './http-json.ts'
import { openDashboard, openTrainerDatabase, temporaryOptions, upgradeStatus } from './testing/test-dashboard.ts'

const token = 'a-secret;with=%41+,"'
const sockets = ['/ingest', '/socket.io/?EIO=4&transport=websocket']

interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
}

/** fetch would follow redirects and clean the path. */
function ask(url: string, path: string, headers: Record<string, string> = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request(url, { path, headers }, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, headers: response.headers })
    })
      .on('error', reject)
      .end()
  })
}

test.each(['0.0.0.0', '::', '192.168.1.5', 'box.example.com'])('%s is refused as a host where no token is set', (host) => {
  expect(() => createAccess({ host, token: null })).toThrow(/^dashboard: host must be a loopback address.*LOCKSTEP_TOKEN.*, got /)
  expect(() => createAccess({ host, token })).not.toThrow()
})

test.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('%s needs no token', (host) => {
  expect(() => createAccess({ host, token: null })).not.toThrow()
})

test('with a token set, pages, files, the API and both sockets answer only who has it', async () => {
  const { url } = await openDashboard(temporaryOptions({ token }))
  const bearer = { authorization: `Bearer ${token}` }
  const cookie = { cookie: `other=1; lockstep_token=${encodeURIComponent(token)}` }
  const wrong: Record<string, string>[] = [
    {},
    { authorization: 'Bearer wrong' },
    { cookie: 'lockstep_token=wrong' },
    { cookie: 'lockstep_token=%E0%A4%A' },
  ]
  for (const path of ['/', '/launch', '/icon.svg', '/_next/x.js', '/api/runs', '/?token=wrong']) {
    for (const headers of wrong) expect((await ask(url, path, headers)).status, path).toBe(401)
  }
  expect((await ask(url, '/api/runs', cookie)).status).toBe(200)
  expect((await ask(url, '/', cookie)).status).toBe(200)
  for (const path of sockets) {
    for (const headers of wrong) expect(await upgradeStatus(url, path, headers), path).toBe(401)
    expect(await upgradeStatus(url, path, cookie), path).toBe(101)
    expect(await upgradeStatus(url, path, { ...cookie, origin: 'http://example.com' }), path).toBe(403)
  }
  expect((await ask(url, '/api/runs', bearer)).status).toBe(200)
  for (const path of sockets) expect(await upgradeStatus(url, path, bearer), path).toBe(101)
})

test('a token that no header could carry is refused without being repeated', () => {
  for (const bad of ['two words', 'schlüssel', 'line\n']) {
    expect(() => createAccess({ host: '127.0.0.1', token: bad })).toThrow(
      /^LOCKSTEP_TOKEN: must be printable ASCII without spaces, got other/,
    )
  }
})

test('a token in the address becomes a cookie and leaves the address', async () => {
  const { url } = await openDashboard(temporaryOptions({ token }))
  const { status, headers } = await ask(url, `/compare?runs=a,b&token=${encodeURIComponent(token)}`)
  expect([status, headers.location]).toEqual([303, '/compare?runs=a%2Cb'])
  const [cookie] = headers['set-cookie'] as string[]
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/)
  expect((await ask(url, '/api/runs', { cookie: cookie.split(';')[0] })).status).toBe(200)
  expect((await ask(url, `//example.com/?token=${encodeURIComponent(token)}`)).headers.location).toBe('/example.com/')
})

test('bound to every address it announces one that this machine can use', async () => {
  const { url } = await openDashboard(temporaryOptions({ host: '0.0.0.0', token }))
  expect(new URL(url).hostname).toBe('127.0.0.1')
  expect(await upgradeStatus(url, '/ingest', { cookie: `lockstep_token=${encodeURIComponent(token)}` })).toBe(101)
})

test('addresses that are none are refused and harm nobody', async () => {
  const options = temporaryOptions()
  const { url } = await openDashboard(options)
  await openTrainerDatabase(options)
  for (const path of ['/api/runs/%E0%A4%A', '/api/runs/%FF/stop', 'http://', '*']) {
    expect((await ask(url, path)).status, path).toBe(path.endsWith('stop') ? 405 : 400)
  }
  for (const path of ['/api/runs/%00', '/api/runs/a%0Ab%1B%5B31m', '/api/runs/..%2F..%2Fetc', '//']) {
    expect((await ask(url, path)).status, path).not.toBe(500)
  }
  expect((await ask(url, '/api/runs')).status).toBe(200)
  expect(urlOf({ url: '//example.com/x' })?.pathname).toBe('//example.com/x')
})
