import { join } from 'node:path'

const repository = join(import.meta.dirname, '../..')

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Said aloud, so that a lockfile above the checkout does not move the root.
  turbopack: { root: repository },
  outputFileTracingRoot: repository,
}
