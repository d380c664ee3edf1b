// `npm run test:long`: whole epochs on real data, minutes each, one file at a time so that what they time is theirs.
import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/long/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/dist/**'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 30 * 60_000,
    hookTimeout: 5 * 60_000,
  },
})
