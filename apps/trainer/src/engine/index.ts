// The engine registry: a new engine is one file and one line here. Imports are lazy: a run loads only the one it uses.
import type { RunConfig } from '@lockstep/shared'
import type { Engine, EngineOptions } from './engine.ts'

interface EngineEntry {
  open: (options: EngineOptions) => Promise<Engine>
  /** Throws a UserError that names the remedy where this engine cannot work; on the main thread, before any worker starts. */
  check: (kernels: RunConfig['kernels']) => Promise<void>
}

export const engines = {
  wasm: {
    open: async (options) => (await import('./wasm.ts')).openWasmEngine(options),
    check: async (kernels) => (await import('./wasm.ts')).checkKernels(kernels),
  },
  native: {
    open: async (options) => (await import('./native.ts')).openNativeEngine(options),
    check: async () => (await import('./native.ts')).loadNativeBackend(),
  },
  cpu: {
    open: async (options) => (await import('./cpu.ts')).openCpuEngine(options),
    check: async () => undefined,
  },
} as const satisfies Record<RunConfig['engine'], EngineEntry>

/** Opens the named engine on this thread. */
export function openEngine(name: RunConfig['engine'], options: EngineOptions): Promise<Engine> {
  return engines[name].open(options)
}

/** Throws a UserError where the config's engine cannot work here. */
export function checkEngine({ engine, kernels }: Pick<RunConfig, 'engine' | 'kernels'>): Promise<void> {
  return engines[engine].check(kernels)
}

export type { BatchRange, Engine, EngineOptions, ExampleSource, ImageShape } from './engine.ts'
