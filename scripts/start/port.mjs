import { createServer } from 'node:net'

/** Whether this process may listen there now. */
export function isFree(port, host) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

/** The first free port of a row of `count`; rejects if there is none. */
export async function findFreePort(first, host, count = 20) {
  for (let port = first; port < first + count; port += 1) {
    if (await isFree(port, host)) return port
  }
  throw new Error(`dashboard: needs a free port on ${host}, got none from ${first} to ${first + count - 1}; set PORT`)
}
