// A program that trains when told to, in a process of its own, so that its memory is its own and its wall time is measured from
// outside. One JSON object a line: it says {"ready": true, "version": …} once it is set up; to {"steps": n} on stdin it answers with the
// examples it trained on and the milliseconds of each step; at the end of stdin it leaves. Between commands it must not compute.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'

const milliseconds = z.number().min(0)

const readySchema = z.object({ ready: z.literal(true), version: z.string().nullable().default(null) })

const answerSchema = z.object({
  examples: z.int().min(1),
  stepMs: z.array(milliseconds).min(1),
  /** Sums over steps and ranks. */
  phasesMs: z
    .object({ gradient: milliseconds, data: milliseconds, wait: milliseconds, reduce: milliseconds, update: milliseconds })
    .optional(),
  peakMemoryBytes: z.int().min(0).optional(),
})

/** What a contestant did in answer to one command, and how long that took seen from outside. */
export type Answer = z.infer<typeof answerSchema> & { wallMs: number }

export interface ContestantCommand {
  name: string
  /** Program and arguments. */
  command: readonly string[]
  env?: Readonly<Record<string, string>>
}

/** Kept of what it says on stderr, for error messages. */
const errorTailLength = 600

export class Contestant {
  readonly name: string
  /** As it says itself. */
  version: string | null = null
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #lines: AsyncIterator<string>
  readonly #exit: Promise<unknown>
  #errorTail = ''

  private constructor({ name, command: [program, ...args], env }: ContestantCommand) {
    this.name = name
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
    this.#exit = once(this.#child, 'close').catch((error: Error) => {
      this.#errorTail += error.message
    })
    // A contestant that died is found out by the missing answer; the broken pipe says nothing more.
    this.#child.stdin.on('error', () => undefined)
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errorTail = (this.#errorTail + text).slice(-errorTailLength)
    })
  }

  /** Starts the program and waits until it is set up. Rejects if it ends before. */
  static async open(command: ContestantCommand): Promise<Contestant> {
    const contestant = new Contestant(command)
    try {
      contestant.version = readySchema.parse(await contestant.#readObject()).version
      return contestant
    } catch (error) {
      contestant.#child.kill()
      throw error
    }
  }

  /** Has it train for `steps` steps. */
  async run(steps: number): Promise<Answer> {
    const start = performance.now()
    this.#child.stdin.write(`${JSON.stringify({ steps })}\n`)
    const answer = answerSchema.parse(await this.#readObject())
    return { ...answer, wallMs: performance.now() - start }
  }

  /** Ends its input, at which it leaves, and waits until it is gone. */
  async close(): Promise<void> {
    this.#child.stdin.end()
    await this.#exit
  }

  async #readObject(): Promise<unknown> {
    const { value, done } = await this.#lines.next()
    if (!done) return JSON.parse(value)
    await this.#exit
    throw new Error(`${this.name}: must answer, got its end; it last said: ${this.#errorTail.trim() || 'nothing'}`)
  }
}
