import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    environment: 'node',
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'prisma/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/dist/**', '**/.next/**', 'test/long/**'],
    pool: 'forks',
    // Tests start gangs of worker threads of their own: more files at once than this only makes their time limits lie.
    maxWorkers: 2,
    // Bounds a hang; no test is near it on an idle machine.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
})
