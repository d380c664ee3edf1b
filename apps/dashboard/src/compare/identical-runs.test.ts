import type { RunView } from '@lockstep/shared'
import { expect, test } from 'vitest'
import { identicalBefore } from './identical-runs.ts'

const view = (parametersSha256: string | null) => ({ result: parametersSha256 === null ? null : { parametersSha256 } }) as RunView

test('a run is identical to the first one that ended with its parameters; unfinished ones are like none', () => {
  const views = [view('a'), view(null), view('b'), view('a'), view('a'), view(null)]
  expect(identicalBefore(views)).toEqual([null, null, null, views[0], views[0], null])
})
