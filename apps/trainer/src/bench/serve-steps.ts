// The inside of a contestant: answers commands on stdin. See contestant.ts.
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Answer } from './contestant.ts'

const commandSchema = z.object({ steps: z.int().min(1) })

/** Says that this process is ready, and of which version, and runs `train` for every command until stdin ends. */
export async function serveSteps(train: (steps: number) => Promise<Omit<Answer, 'wallMs'>>, version: string | null = null): Promise<void> {
  const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`)
  say({ ready: true, version })
  for await (const line of createInterface({ input: process.stdin })) {
    say(await train(commandSchema.parse(JSON.parse(line)).steps))
  }
}
