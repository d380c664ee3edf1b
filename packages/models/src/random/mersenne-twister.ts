// MT19937 (Matsumoto and Nishimura 1998, doi:10.1145/272991.272995): the generator behind torch.manual_seed on a CPU.

const stateSize = 624
const middle = 397
const matrixA = 0x9908b0df
const upperMask = 0x80000000
const lowerMask = 0x7fffffff

/** A stream of uniform 32-bit numbers that follows from its seed alone. */
export class MersenneTwister {
  readonly #state = new Uint32Array(stateSize)
  #index = stateSize

  constructor(seed: number) {
    this.#state[0] = seed
    for (let i = 1; i < stateSize; i++) {
      const previous = this.#state[i - 1] ^ (this.#state[i - 1] >>> 30)
      this.#state[i] = Math.imul(1812433253, previous) + i
    }
  }

  /** The next number in [0, 2^32). */
  nextUint32(): number {
    if (this.#index === stateSize) this.#twist()
    let y = this.#state[this.#index++]
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  #twist(): void {
    const state = this.#state
    for (let i = 0; i < stateSize; i++) {
      const y = (state[i] & upperMask) | (state[(i + 1) % stateSize] & lowerMask)
      state[i] = state[(i + middle) % stateSize] ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : matrixA)
    }
    this.#index = 0
  }
}
