// Each house rule and import boundary of biome.json, shown to fail on a file that breaks it and to pass one that keeps it.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from './paths.ts'
import { makeTempDir } from './temp-dir.ts'

interface Diagnostic {
  severity: string
  category: string
  message: string
  location: { path: string | { file: string } }
}

const imports = (from: string) => `import { a } from '${from}'\n\nexport const b = a\n`
const restricted = 'lint/style/noRestrictedImports'

const forbidden: [path: string, content: string, category: string, why: string][] = [
  ['packages/shared/src/to-models.ts', imports('@lockstep/models'), restricted, 'root of the import graph'],
  ['packages/shared/src/to-node.ts', imports('node:fs/promises'), restricted, 'runs in a browser'],
  ['packages/shared/src/to-bare-node.ts', imports('fs'), 'lint/style/useNodejsImportProtocol', 'node:'],
  ['packages/models/src/to-kernels.ts', imports('@lockstep/kernels'), restricted, '@lockstep/shared and no other'],
  ['packages/models/src/to-node.ts', imports('node:os'), restricted, 'runs in a browser'],
  ['packages/models/src/to-file.ts', imports('../../shared/src/errors.ts'), restricted, 'by its name'],
  ['packages/kernels/src/to-shared.ts', imports('@lockstep/shared'), restricted, 'root of the import graph'],
  ['prisma/src/to-trainer.ts', imports('@lockstep/trainer'), restricted, 'imports @lockstep/shared alone'],
  ['prisma/src/to-models.ts', imports('@lockstep/models'), restricted, 'imports @lockstep/shared alone'],
  ['apps/trainer/src/to-dashboard.ts', imports('@lockstep/dashboard/server'), restricted, 'Apps never import each other'],
  ['apps/dashboard/src/to-trainer.ts', imports('@lockstep/trainer'), restricted, 'Apps never import each other'],
  ['apps/dashboard/src/lazily.ts', "export const b = await import('@lockstep/trainer')\n", restricted, 'Apps never import each other'],
  ['apps/dashboard/src/to-client.ts', imports('@prisma/client'), restricted, 'Only prisma/'],
  ['apps/trainer/src/to-generated.ts', imports('../../../prisma/src/generated/client.ts'), restricted, 'Only prisma/'],
  ['test/inside.ts', imports('../packages/shared/src/errors.ts'), restricted, 'by its name'],
  ['packages/shared/src/star.ts', "export * from './a.ts'\n", 'lint/performance/noReExportAll', ''],
  ['packages/shared/src/default.ts', 'export default 1\n', 'lint/style/noDefaultExport', ''],
  ['packages/shared/src/camelCase.ts', 'export const a = 1\n', 'lint/style/useFilenamingConvention', ''],
  ['packages/shared/src/any.ts', 'export const a: any = 1\n', 'lint/suspicious/noExplicitAny', ''],
  ['packages/shared/src/unused.ts', "import { a } from './a.ts'\n", 'lint/correctness/noUnusedImports', ''],
  ['packages/shared/src/type.ts', "import { A } from './a.ts'\n\nexport type B = A\n", 'lint/style/useImportType', ''],
  ['packages/shared/src/random.ts', 'export const a = Math.random()\n', 'lint/nursery/noJsRestrictedProperties', ''],
  ['packages/shared/src/floating.ts', 'async function f() {\n  await 1\n}\nf()\n', 'lint/nursery/noFloatingPromises', ''],
]

const allowed: [path: string, content: string][] = [
  ['packages/models/src/from-shared.ts', imports('@lockstep/shared')],
  ['packages/models/src/reads-a-fixture.test.ts', imports('node:fs')],
  ['packages/kernels/src/from-node.ts', imports('node:fs')],
  ['prisma/src/from-client.ts', imports('@prisma/client')],
  ['prisma/src/from-shared.ts', imports('@lockstep/shared')],
  ['prisma/src/from-generated.ts', imports('./generated/client.ts')],
  ['apps/trainer/src/deep/from-packages.ts', imports('@lockstep/prisma')],
  ['apps/trainer/src/deep/from-above.ts', imports('../above.ts')],
  ['apps/dashboard/src/app/page.tsx', 'export default function Page() {\n  return null\n}\n'],
  ['test/whole.test.ts', imports('@lockstep/trainer')],
]

function diagnosticsOf(files: [path: string, content: string, ...rest: string[]][]): { path: string; category: string; message: string }[] {
  const folder = makeTempDir('boundaries')
  copyFileSync(join(repositoryRoot, 'biome.json'), join(folder, 'biome.json'))
  writeFileSync(join(folder, '.gitignore'), 'node_modules/\n')
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
  const run = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: Diagnostic[] }
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return errors.map(({ category, message, location: { path } }) => ({
    path: (typeof path === 'string' ? path : path.file).replaceAll('\\', '/').replace(/^\.\//, ''),
    category,
    message,
  }))
}

test('a file that breaks a boundary or a house rule is reported, with the reason', () => {
  const diagnostics = diagnosticsOf(forbidden)
  const silent = forbidden.filter(
    ([path, , category, why]) => !diagnostics.some((one) => one.path === path && one.category === category && one.message.includes(why)),
  )
  expect(silent.map(([path, , category]) => `${path} ${category}`)).toEqual([])
})

test('a file that keeps the boundaries is not reported', () => {
  const reported = diagnosticsOf(allowed).filter(({ category }) => category !== 'lint/correctness/noUndeclaredDependencies')
  expect(reported).toEqual([])
})
