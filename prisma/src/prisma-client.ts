import { Connection } from './connection.ts'
import { pathOfUrl } from './database-url.ts'
import { PrismaClient } from './generated/client.ts'
import { ConnectionAdapter } from './prisma-adapter.ts'

/** A Prisma client of one's own, say for a report or a test; it applies no migrations. Close it with `$disconnect()`. */
export function createPrismaClient(url: string, options: { readOnly?: boolean } = {}): PrismaClient {
  const path = pathOfUrl(url)
  return new PrismaClient({ adapter: new ConnectionAdapter(() => Connection.open({ path, readOnly: options.readOnly ?? false })) })
}
