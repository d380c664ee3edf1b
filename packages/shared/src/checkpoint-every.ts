/** When to save a checkpoint; any of the given conditions is enough. */
export interface CheckpointEvery {
  epoch: boolean
  seconds: number | null
  steps: number | null
}

/** Parses `epoch,5s,200` (at each epoch's end, every 5 seconds, every 200 steps); null if it is not such a list. */
export function parseCheckpointEvery(text: string): CheckpointEvery | null {
  const every: CheckpointEvery = { epoch: false, seconds: null, steps: null }
  for (const part of text.split(',').map((word) => word.trim())) {
    const match = /^(?:(epoch)|(\d+(?:\.\d+)?)s|(\d+))$/.exec(part)
    if (!match) return null
    if (match[1]) every.epoch = true
    if (match[2]) every.seconds = Number(match[2])
    if (match[3]) every.steps = Number(match[3])
    if (every.seconds === 0 || every.steps === 0) return null
  }
  return every
}
