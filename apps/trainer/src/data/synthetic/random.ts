/**
 * A stream of random numbers that depends only on its key, so that every picture has a stream of its own.
 * Generator: sfc32 (Doty-Humphrey's small fast chaotic, public domain), integers only, so its bits are the same on every machine.
 */
export class KeyedRandom {
  #a = 0
  #b = 0
  #c = 0
  #counter = 1

  /** Starts the stream of the key (seed, stream, index); seeds beyond 32 bits count whole. */
  restart(seed: number, stream: number, index: number): void {
    this.#a = mix(seed >>> 0) ^ mix(Math.floor(seed / 2 ** 32) + 0x51ed)
    this.#b = mix(stream + 0x9e3779b9)
    this.#c = mix(index + 0x85ebca6b)
    this.#counter = 1
    for (let round = 0; round < 12; round++) this.#next()
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + ((this.#next() >>> 0) / 2 ** 32) * (high - low)
  }

  /** Uniform integer in [0, count). */
  below(count: number): number {
    return Math.floor(this.between(0, count))
  }

  /** About normal, mean 0 and deviation 1, never beyond 3.5: a sum of four uniforms, which needs no logarithm or cosine. */
  normal(): number {
    return (this.between(-1, 1) + this.between(-1, 1) + this.between(-1, 1) + this.between(-1, 1)) * 0.8660254037844386
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum
  }
}

/** MurmurHash3's finaliser: near keys get far states. */
function mix(word: number): number {
  let hash = word | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
