// The Piscina task of one rank: it lasts as long as the gang. Workers hold no run state, so losing one loses nothing.
import { GangAborted, waitForChange } from './barrier.ts'
import { evaluateShards, forwardExamples } from './evaluate-shards.ts'
import { commandKind, word } from './layout.ts'
import { openRankContext, type RankContext, type RankTask } from './rank-context.ts'
import { post, trainSteps } from './train-steps.ts'

/** Serves commands until told to leave. Returns how it ended; throws what the computation threw. */
export default async function runRank(task: RankTask): Promise<'left' | 'aborted'> {
  const context = await openRankContext(task)
  post({ type: 'ready', kernels: context.engine.kernels })
  try {
    serveCommands(context)
    return 'left'
  } catch (error) {
    if (error instanceof GangAborted) return 'aborted'
    throw withRank(error, task.rank, Atomics.load(task.shared.control, word.committed))
  } finally {
    context.engine.close()
  }
}

function serveCommands(context: RankContext): void {
  const { control } = context.shared
  for (let served = 0; ; served++) {
    waitForChange(control, word.command, served, 0)
    const kind = Atomics.load(control, word.commandKind)
    if (kind === commandKind.leave) return
    if (kind === commandKind.train) trainSteps(context)
    if (kind === commandKind.evaluate) evaluateShards(context)
    if (kind === commandKind.forward) forwardExamples(context)
  }
}

function withRank(error: unknown, rank: number, step: number): Error {
  const message = error instanceof Error ? error.message : String(error)
  return new Error(`rank ${rank}, step ${step}: ${message}`, { cause: error })
}
