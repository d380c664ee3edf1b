// For the prisma command alone (`npx prisma studio`, `npx prisma migrate deploy`): the packages never read it.
import { defineConfig } from 'prisma/config'

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'file:../runs/lockstep.db' },
})
