// npm leaves an optional package out of package-lock.json when the registry in use does not carry it, and then `npm ci` refuses the
// lockfile ("Missing: … from lock file"), on every machine. Run this after `npm install`: it adds the platform packages that were left out,
// by exact version, operating system and processor. They have no integrity hash until an `npm install` that can see them adds one.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const systems = { android: 'android', darwin: 'darwin', freebsd: 'freebsd', linux: 'linux', win32: 'win32', windows: 'win32' }
const processors = { 64: 'x64', x64: 'x64', arm64: 'arm64', ia32: 'ia32', arm: 'arm' }
const libraries = { musl: 'musl', gnu: 'glibc' }

/** What a platform package's name says about where it runs, or null: `@turbo/windows-64` is for win32 on x64. */
export function platformOf(name) {
  const words = name.split(/[/-]/)
  const first = (table) => words.filter((word) => word in table).map((word) => table[word])[0]
  const [os, cpu, libc] = [first(systems), first(processors), first(libraries)]
  return os === undefined || cpu === undefined ? null : { os, cpu, libc }
}

/** The lockfile's optional dependencies that have no entry of their own: [{name, version, dev}]. */
export function missingOptional(packages) {
  const missing = []
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const nested = `${place}/node_modules/${name}` in packages
      if (!nested && !(`node_modules/${name}` in packages)) missing.push({ name, version, dev: entry.dev === true })
    }
  }
  return missing
}

function entryFor({ name, version, dev }) {
  const platform = platformOf(name)
  if (platform === null || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`package-lock.json: ${name} must be a platform package with an exact version to be added, got ${version}`)
  }
  const { os, cpu, libc } = platform
  return { version, cpu: [cpu], ...(dev && { dev }), ...(libc && { libc: [libc] }), optional: true, os: [os] }
}

/** A copy of the parsed lockfile in which every optional dependency has an entry, and the names that were added. */
export function completeLockfile(lockfile) {
  const missing = missingOptional(lockfile.packages)
  const added = missing.map((dependency) => [`node_modules/${dependency.name}`, entryFor(dependency)])
  const [root, ...rest] = Object.entries(lockfile.packages)
  const sorted = [...rest, ...added].sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { lockfile: { ...lockfile, packages: Object.fromEntries([root, ...sorted]) }, added: missing.map(({ name }) => name) }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = new URL('../package-lock.json', import.meta.url)
  const { lockfile, added } = completeLockfile(JSON.parse(readFileSync(path, 'utf8')))
  if (added.length > 0) writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`)
  process.stdout.write(added.length > 0 ? `package-lock.json: added ${added.join(', ')}\n` : 'package-lock.json: complete\n')
}
