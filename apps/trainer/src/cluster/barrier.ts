import { word } from './layout.ts'

/** Thrown in a rank when the main thread has called the gang off. */
export class GangAborted extends Error {
  override readonly name = 'GangAborted'
}

/** Longest sleep between two looks at the abort word, so that no rank waits for a dead peer. */
const abortCheckMs = 100

export interface Barrier {
  /** Waits for all ranks; the last one to arrive runs `serial` alone before the others go on. Throws GangAborted. */
  arrive(serial?: () => void): void
}

/** A barrier over the control words for `workers` ranks. Spins `spins` times before it sleeps. */
export function createBarrier(control: Int32Array, workers: number, spins: number): Barrier {
  return {
    arrive(serial) {
      throwIfAborted(control)
      const phase = Atomics.load(control, word.phase)
      if (Atomics.add(control, word.arrived, 1) + 1 === workers) {
        serial?.()
        Atomics.store(control, word.arrived, 0)
        Atomics.add(control, word.phase, 1)
        Atomics.notify(control, word.phase)
        return
      }
      waitForChange(control, word.phase, phase, spins)
    },
  }
}

/** Returns once control[index] is no longer `value`. Throws GangAborted. */
export function waitForChange(control: Int32Array, index: number, value: number, spins: number): void {
  for (let spin = 0; spin < spins; spin++) {
    if (Atomics.load(control, index) !== value) return
  }
  while (Atomics.load(control, index) === value) {
    throwIfAborted(control)
    Atomics.wait(control, index, value, abortCheckMs)
  }
}

function throwIfAborted(control: Int32Array): void {
  if (Atomics.load(control, word.abort) !== 0) throw new GangAborted('the gang was called off')
}
