// The real `lockstep` command, for tests: train and the rest as a stream of events, the dashboard as an address.
import type { EventOf, TrainingEvent, TrainingEventType } from '@lockstep/shared'
import { type Exit, type StartOptions, spawnLockstep } from './child.ts'

export interface Lockstep {
  pid: number
  /** Settles when the process has ended and its output is read to the end. */
  exit: Promise<Exit>
  /** Everything on stderr so far. */
  stderr: () => string
  /** Lines on stdout so far that are not JSON objects: with --json there must be none. */
  strayLines: () => string[]
  /** Events on stdout so far (with --json), not checked by the schema: tests of the wire format want to see what came. */
  received: () => TrainingEvent[]
  /** Events from the first on, until the process ends. */
  events: () => AsyncGenerator<TrainingEvent>
  /** The first event, past or to come, of a type that meets the predicate; rejects when time is up or the process ends without it. */
  waitForEvent: <T extends TrainingEventType>(
    type: T,
    predicate?: (event: EventOf<T>) => boolean,
    timeoutMs?: number,
  ) => Promise<EventOf<T>>
  /** Sends a signal to the command alone, not to its children (SIGKILL for kill -9). */
  kill: (signal: NodeJS.Signals) => void
}

const defaultTimeoutMs = 30_000

/** Starts `lockstep ARGS`; pass --json to get events. It is killed after the test file if it is still alive. */
export function startLockstep(args: readonly string[], options: StartOptions = {}): Lockstep {
  const { output, exit, describe, kill } = spawnLockstep(args, options)
  const received = () => output.objects.all() as TrainingEvent[]
  const explain = (type: string) => () => `no ${type} event as wanted, last came ${received().at(-1)?.type ?? 'none'}, from ${describe()}`
  return {
    pid: output.pid,
    exit,
    stderr: () => output.stderr,
    strayLines: () => [...output.strayLines],
    received,
    events: () => output.objects.read() as AsyncGenerator<TrainingEvent>,
    waitForEvent: (type, predicate = () => true, timeoutMs = defaultTimeoutMs) => {
      type Wanted = EventOf<typeof type>
      const wanted = (event: object): event is Wanted => 'type' in event && event.type === type && predicate(event as Wanted)
      return output.objects.find(wanted, timeoutMs, explain(type))
    },
    kill,
  }
}

/** Runs `lockstep ARGS` to its end; `lines` is what stdout held besides JSON objects. */
export async function runLockstep(args: readonly string[], options: StartOptions = {}) {
  const run = startLockstep(args, options)
  const exit = await run.exit
  return { ...exit, events: run.received(), lines: run.strayLines(), stderr: run.stderr() }
}

export interface Dashboard {
  url: string
  /** Of the server itself, which the command starts. */
  serverPid: number
  exit: Promise<Exit>
  stderr: () => string
  /** Ends the dashboard and waits until it is gone. */
  close: () => Promise<Exit>
}

/** Starts `lockstep dashboard --port 0 --json ARGS` and resolves once it answers. Give it --runs-dir, or LOCKSTEP_RUNS_DIR in env. */
export async function startDashboard(args: readonly string[], options: StartOptions = {}): Promise<Dashboard> {
  const { output, exit, describe, kill } = spawnLockstep(['dashboard', '--port', '0', '--json', ...args], options)
  const ready = (line: object): line is { url: string; pid: number } => 'url' in line && 'pid' in line
  const { url, pid } = await output.objects.find(ready, defaultTimeoutMs, () => `no {url, pid} line from ${describe()}`)
  const close = () => {
    kill('SIGTERM')
    return exit
  }
  return { url, serverPid: pid, exit, stderr: () => output.stderr, close }
}
