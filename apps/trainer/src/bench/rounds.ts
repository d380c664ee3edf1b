// Contestants take turns, round after round, so that a machine that gets slower or busier meanwhile favours none of them.
import type { Answer, Contestant } from './contestant.ts'
import { median } from './statistics.ts'

export interface RoundsOptions {
  /** Measured time of each contestant, over all rounds. */
  secondsPerPoint: number
  rounds: number
  /** After each turn: whose it was, and how many of all turns are done. The first turns only warm up. */
  onTurn: (name: string, done: number, turns: number) => void
}

/** For the engine to compile its hot code, and the processor to reach its clock. Measured: rates are level after a second. */
const warmUpMs = 1500

/** The answers of each contestant, a round each. Warms every one up first. */
export async function measureInRounds(contestants: readonly Contestant[], options: RoundsOptions): Promise<Answer[][]> {
  const { secondsPerPoint, rounds, onTurn } = options
  const turns = contestants.length * (rounds + 1)
  let done = 0
  const steps: number[] = []
  for (const contestant of contestants) {
    const stepMs = await warmUp(contestant)
    steps.push(Math.max(1, Math.round((secondsPerPoint * 1000) / rounds / stepMs)))
    onTurn(contestant.name, ++done, turns)
  }
  const answers: Answer[][] = contestants.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const index of turnOrder(contestants.length, round)) {
      answers[index].push(await contestants[index].run(steps[index]))
      onTurn(contestants[index].name, ++done, turns)
    }
  }
  return answers
}

/** Forward and backward in turn, so that nobody always follows the same neighbour. */
function turnOrder(count: number, round: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  return round % 2 === 0 ? order : order.reverse()
}

/** Returns the time of a warm step in milliseconds. */
async function warmUp(contestant: Contestant): Promise<number> {
  let { stepMs } = await contestant.run(1)
  for (const start = performance.now(); performance.now() - start < warmUpMs; ) {
    const budgetMs = warmUpMs / 3
    stepMs = (await contestant.run(Math.max(1, Math.round(budgetMs / median(stepMs))))).stepMs
  }
  return median(stepMs)
}
