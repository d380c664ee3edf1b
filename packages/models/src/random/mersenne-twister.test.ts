import { describe, expect, test } from 'vitest'
import { MersenneTwister } from './mersenne-twister.ts'

function draws(seed: number, count: number): number[] {
  const generator = new MersenneTwister(seed)
  return Array.from({ length: count }, () => generator.nextUint32())
}

describe('the generator', () => {
  // First outputs of the authors' mt19937ar.c with init_genrand(5489), its default seed; the C++ standard fixes the 10,000th.
  test("gives the reference implementation's numbers", () => {
    const numbers = draws(5489, 10_000)
    expect(numbers.slice(0, 5)).toEqual([3499211612, 581869302, 3890346734, 3586334585, 545404204])
    expect(numbers[9999]).toBe(4123659995)
  })

  // numpy.random.RandomState(seed).randint(0, 2**32, 3, dtype='uint64') draws the same stream as torch.manual_seed(seed).
  test.each([
    [0, [2357136044, 2546248239, 3071714933]],
    [42, [1608637542, 3421126067, 4083286876]],
    [0xffff_ffff, [419326371, 479346978, 3918654476]],
  ])('gives the known first numbers of seed %i', (seed, known) => {
    expect(draws(seed, 3)).toEqual(known)
  })

  test('goes on past the end of its state without repeating it', () => {
    const numbers = draws(42, 3 * 624)
    expect(new Set(numbers).size).toBeGreaterThan(3 * 624 - 3)
    expect(numbers.every((number) => Number.isInteger(number) && number >= 0 && number < 2 ** 32)).toBe(true)
  })

  test('keeps its own state', () => {
    const [a, b] = [new MersenneTwister(1), new MersenneTwister(1)]
    for (let i = 0; i < 700; i++) a.nextUint32()
    expect(b.nextUint32()).toBe(draws(1, 1)[0])
  })
})
