// The engine registry: a new engine is one file and one line here. Imports are lazy: a run loads only the one it uses.
import type { RunConfig } from '@lockstep/shared'
import type { Engine, EngineOptions } from './engine.ts'

type OpenEngine = (options: EngineOptions) => Promise<Engine>

export const engines = {
  wasm: async (options) => (await import('./wasm.ts')).openWasmEngine(options),
  native: async (options) => (await import('./native.ts')).openNativeEngine(options),
  cpu: async (options) => (await import('./cpu.ts')).openCpuEngine(options),
} as const satisfies Record<RunConfig['engine'], OpenEngine>

/** Opens the named engine on this thread. */
export function openEngine(name: RunConfig['engine'], options: EngineOptions): Promise<Engine> {
  return engines[name](options)
}

export type { BatchRange, Engine, EngineOptions, ExampleSource, ImageShape } from './engine.ts'
