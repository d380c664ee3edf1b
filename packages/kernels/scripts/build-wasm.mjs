// Compiles assembly/ twice (fused and plain multiply-add) and writes both modules as base64 into src/generated/, so
// that they load without a file system.
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const packageDir = fileURLToPath(new URL('..', import.meta.url))
const builds = { relaxed: ['--use', 'RELAXED=1', '--enable', 'relaxed-simd'], simd: [] }

async function compile(name, flags) {
  let binary
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--importMemory', '--noExportMemory', '--enable', 'simd']
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--outFile', `${name}.wasm`, '--baseDir', packageDir, ...options, ...flags],
    {
      writeFile: (_file, contents) => {
        binary = contents
      },
    },
  )
  if (error) throw new Error(`asc: the ${name} kernels must compile, got ${stderr.toString()}`, { cause: error })
  return binary
}

const lines = ['// Written by scripts/build-wasm.mjs; not committed.']
for (const [name, flags] of Object.entries(builds)) {
  const binary = await compile(name, flags)
  lines.push(`export const ${name}Wasm =\n  '${Buffer.from(binary).toString('base64')}'`)
}
await mkdir(`${packageDir}src/generated`, { recursive: true })
await writeFile(`${packageDir}src/generated/wasm.ts`, `${lines.join('\n\n')}\n`)
