// Which checkpoints stay: the last, the best, and the top `keep` of the epochs' by loss.

export interface KeptCheckpoint {
  path: string
  step: number
  /** The loss it is ranked by; null for those taken in mid-epoch, which never compete. */
  loss: number | null
}

export interface Retention {
  kept: KeptCheckpoint[]
  removed: KeptCheckpoint[]
  best: KeptCheckpoint | null
}

/** Splits checkpoints into those to keep and those to remove. Ties in loss go to the earlier step. */
export function applyRetention(checkpoints: readonly KeptCheckpoint[], keep: number): Retention {
  const ranked = checkpoints
    .filter((checkpoint) => isRankable(checkpoint.loss))
    .sort((a, b) => Number(a.loss) - Number(b.loss) || a.step - b.step)
  const last = checkpoints.reduce<KeptCheckpoint | null>((latest, one) => (latest === null || one.step >= latest.step ? one : latest), null)
  const staying = new Set<KeptCheckpoint | null>([last, ...ranked.slice(0, Math.max(1, keep))])
  return {
    kept: checkpoints.filter((checkpoint) => staying.has(checkpoint)),
    removed: checkpoints.filter((checkpoint) => !staying.has(checkpoint)),
    best: ranked[0] ?? null,
  }
}

function isRankable(loss: number | null): boolean {
  return loss !== null && !Number.isNaN(loss)
}
