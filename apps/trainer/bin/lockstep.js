#!/usr/bin/env node
// Committed plain JavaScript: npm links a bin only if the file exists at install time, before anything is built.
import { existsSync } from 'node:fs'

const main = new URL('../dist/main.js', import.meta.url)

if (existsSync(main)) {
  const { runCommandLine } = await import(main.href)
  await runCommandLine(process.argv.slice(2))
} else {
  process.stderr.write('lockstep: not built yet, got no dist/main.js; run `npm run build` first\n')
  process.exitCode = 1
}
