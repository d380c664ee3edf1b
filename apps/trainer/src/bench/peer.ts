// Another program on the same model, for a comparison in the same rounds.

/** What a peer is asked to do. */
export interface PeerJob {
  model: string
  /** File of raw pictures, a byte a pixel, 28x28 each, as many as `examples`. */
  imagesPath: string
  examples: number
  batchSize: number
  learningRate: number
}

export interface Peer {
  name: string
  /** Threads over all its processes. */
  threads: number
  /** How to install it. */
  remedy: string
  /** The batch size it takes where ours would last too long. */
  batchSize?: number
  /** Why it cannot run here; null if it can. */
  findProblem(job: PeerJob): Promise<string | null>
  /** The program and its arguments; it speaks the protocol of a contestant. */
  command(job: PeerJob): readonly string[]
}
