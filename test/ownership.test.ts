// A run has one owner at a time: nobody trains what another process trains, signals a stranger or loses a record unnoticed.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identifyProcess, openDatabase } from '@lockstep/prisma'
import { expect, onTestFinished, test } from 'vitest'
import { runLockstep, startLockstep } from './support/processes.ts'
import { makeTempDir } from './support/temp-dir.ts'
import { eventsOf, onlyEvent } from './training.ts'

const synthetic = ['--dataset', 'synthetic-digits', '--workers', '2', '--json']
const quick = ['train', ...synthetic, '--limit', '300', '--epochs', '1']
const long = ['train', ...synthetic, '--epochs', '50']
const shortEpochs = [...long, '--limit', '1000', '--checkpoint-every', '3']

function freshRuns() {
  const runsDir = makeTempDir('runs')
  const env = { LOCKSTEP_RUNS_DIR: runsDir, DATABASE_URL: undefined }
  return {
    runsDir,
    env,
    run: (...args: string[]) => runLockstep(args, { env }),
    start: (...args: string[]) => startLockstep(args, { env }),
  }
}

async function openRecord(runsDir: string) {
  const database = await openDatabase({ url: `file:${join(runsDir, 'lockstep.db')}` })
  onTestFinished(() => database.close())
  return database
}

/** Trains until a checkpoint is recorded, then kills the trainer. */
async function killedRun({ start }: ReturnType<typeof freshRuns>): Promise<string> {
  const trainer = start(...shortEpochs)
  const { runId } = await trainer.waitForEvent('checkpoint-written', ({ step }) => step === 6)
  trainer.kill('SIGKILL')
  await trainer.exit
  return runId
}

function startSleeper(): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'lockstep'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return Number(child.pid)
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function recordedIn(database: Awaited<ReturnType<typeof openRecord>>, runId: string): Promise<void> {
  await expect.poll(async () => (await database.findRun(runId))?.step ?? 0, { timeout: 10_000 }).toBeGreaterThan(0)
}

test('of two resumes at once one trains the run, and the other is refused in a line', async () => {
  const runs = freshRuns()
  const runId = await killedRun(runs)
  const both = await Promise.all([0, 1].map(() => runs.run('resume', runId, '--epochs', '2', '--json')))
  expect(both.map(({ code }) => code).sort()).toEqual([0, 2])
  const [won, lost] = both[0].code === 0 ? both : [both[1], both[0]]
  expect(lost.events).toEqual([])
  expect(lost.stderr).toMatch(/^lockstep: resume: .* must not be running, got one .*\n$/)
  const database = await openRecord(runs.runsDir)
  const stored = await database.readEvents(runId, won.events[0].sequence - 1, 10_000)
  expect(stored).toEqual(won.events)
  expect(await database.findRun(runId)).toMatchObject({ state: 'finished', attempt: 2 })
})

test('a trainer whose run another process has taken over stops and fails', async () => {
  const { runsDir, start } = freshRuns()
  const trainer = start(...long)
  const { runId } = await trainer.waitForEvent('step-completed', ({ step }) => step === 3)
  const database = await openRecord(runsDir)
  const owner = await identifyProcess(startSleeper())
  await expect
    .poll(() => database.claimRun(runId, { expectedState: 'running', expectedAttempt: 1, owner, at: Date.now() }), { timeout: 10_000 })
    .toBe(2)
  const { lastSequence } = (await database.findRun(runId)) ?? { lastSequence: 0 }
  expect(await trainer.exit).toMatchObject({ code: 1 })
  expect(trainer.stderr()).toContain('attempt 1 must be the newest to be recorded, got attempt 2')
  expect(await database.findRun(runId)).toMatchObject({ state: 'running', attempt: 2, lastSequence })
})

test('a resume that fails before its first event leaves the run as it was, to be resumed later', async () => {
  const { runsDir, run } = freshRuns()
  const { runId } = onlyEvent((await run(...quick)).events, 'run-started')
  const directory = join(runsDir, runId, 'checkpoints')
  const files = readdirSync(directory).map((name) => ({ path: join(directory, name), bytes: readFileSync(join(directory, name)) }))
  for (const { path } of files) writeFileSync(path, 'damaged')
  const database = await openRecord(runsDir)
  const before = await database.findRun(runId)
  const refused = await run('resume', runId, '--epochs', '2', '--json')
  expect([refused.code, refused.events]).toEqual([2, []])
  const { heartbeatAt: _heartbeatAt, ...kept } = before ?? expect.fail('no run')
  expect(await database.findRun(runId)).toMatchObject(kept)
  for (const { path, bytes } of files) writeFileSync(path, bytes)
  const resumed = await run('resume', runId, '--epochs', '2', '--json')
  expect([resumed.code, onlyEvent(resumed.events, 'run-started').attempt]).toEqual([0, 2])
})

test('stop sends no signal for a run of another machine, and resume takes it over only once its heart is silent', async () => {
  const { runsDir, run, start } = freshRuns()
  const trainer = start(...shortEpochs)
  const { runId } = await trainer.waitForEvent('checkpoint-written')
  const database = await openRecord(runsDir)
  await recordedIn(database, runId)
  await database.prisma.run.update({ where: { id: runId }, data: { ownerHostname: 'elsewhere' } })
  const stopped = await run('stop', runId)
  expect(stopped.stderr).toMatch(/^lockstep: stop: .* must run on this machine .*, got process \d+ on elsewhere, heard of \d+ s ago/)
  expect([stopped.code, isThere(trainer.pid)]).toEqual([2, true])
  const early = await run('resume', runId)
  expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('on elsewhere, heard of')])
  trainer.kill('SIGKILL')
  await trainer.exit
  await database.prisma.run.update({ where: { id: runId }, data: { heartbeatAt: 1000 } })
  expect((await run('resume', runId, '--epochs', '1', '--json')).code).toBe(0)
})

test("a stranger under the dead trainer's number is not signalled", async () => {
  const runs = freshRuns()
  const runId = await killedRun(runs)
  const database = await openRecord(runs.runsDir)
  const stranger = startSleeper()
  await database.prisma.run.update({ where: { id: runId }, data: { ownerPid: stranger } })
  const { code, stderr } = await runs.run('stop', runId)
  expect(stderr).toContain(`its process is gone; recorded as crashed after`)
  expect(stderr).toContain(`go on with: npx lockstep resume ${runId}`)
  expect([code, isThere(stranger)]).toEqual([0, true])
})

test('two stops shortly after one another are one: the trainer saves, and both see it stopped', async () => {
  const { run, start } = freshRuns()
  const trainer = start(...long, '--batch-size', '1500')
  const { runId } = await trainer.waitForEvent('step-completed')
  const first = run('stop', runId)
  await new Promise((resolve) => setTimeout(resolve, 250))
  const both = await Promise.all([first, run('stop', runId)])
  expect(await trainer.exit).toEqual({ code: 3, signal: null })
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  // A quick trainer is done before the second command has looked.
  for (const { stderr } of both) expect(stderr).toMatch(/is stopped after|is not running: it is stopped/)
})

test('stop sees at once when the trainer dies instead of saving, and offers no resume where nothing was saved', async () => {
  const { runsDir, run, start } = freshRuns()
  const trainer = start(...long, '--batch-size', '5000', '--checkpoint-every', 'epoch')
  const { runId } = await trainer.waitForEvent('run-started')
  const database = await openRecord(runsDir)
  await expect.poll(async () => (await database.latestAttempt(runId))?.number, { timeout: 10_000 }).toBe(1)
  process.kill(trainer.pid, 'SIGSTOP')
  const stopping = run('stop', runId)
  await expect
    .poll(async () => (await database.prisma.run.findUnique({ where: { id: runId } }))?.stopRequestedAt, { timeout: 10_000 })
    .not.toBeNull()
  const killedAt = Date.now()
  trainer.kill('SIGKILL')
  const { code, stderr } = await stopping
  expect(Date.now() - killedAt).toBeLessThan(5000)
  expect([code, stderr]).toEqual([1, expect.stringMatching(/its process is gone; recorded as crashed .*; it had saved no checkpoint\n$/)])
  expect(stderr).not.toContain('resume')
  expect(await database.findRun(runId)).toMatchObject({ state: 'crashed' })
})

test('stop --now ends a trainer that does not react', async () => {
  const runs = freshRuns()
  const trainer = runs.start(...long)
  const { runId } = await trainer.waitForEvent('step-completed', ({ step }) => step === 3)
  await recordedIn(await openRecord(runs.runsDir), runId)
  process.kill(trainer.pid, 'SIGSTOP')
  const { code, stderr } = await runs.run('stop', runId, '--now')
  expect([code, stderr]).toEqual([0, expect.stringContaining('ended at once by `lockstep stop --now`; recorded as crashed')])
  expect((await trainer.exit).signal).toBe('SIGKILL')
})

test.each(['../evil', 'A-b', 'abc', '..'])('train --run-id %s is refused and makes nothing', async (id) => {
  const { runsDir, run } = freshRuns()
  const { code, stderr } = await run(...quick, '--run-id', id)
  expect([code, stderr]).toEqual([2, `lockstep: --run-id: must be 4 to 64 lower-case letters and digits, got ${JSON.stringify(id)}\n`])
  expect(readdirSync(runsDir).filter((name) => !name.startsWith('lockstep.db'))).toEqual([])
})

test('train --run-id leaves a run that was trained as it is', async () => {
  const { runsDir, run } = freshRuns()
  const first = await run(...quick, '--run-id', 'mine1')
  const { path, sha256 } = eventsOf(first.events, 'checkpoint-written').at(-1) ?? expect.fail('no checkpoint')
  const database = await openRecord(runsDir)
  const before = await database.findRun('mine1')
  const again = await run(...quick, '--seed', '7', '--run-id', 'mine1')
  expect([again.code, again.events]).toEqual([2, []])
  expect(again.stderr).toMatch(/^lockstep: --run-id: must be unused or of a queued run, got mine1, which is finished/)
  expect(await database.findRun('mine1')).toEqual(before)
  expect((await database.listCheckpoints('mine1')).find((row) => row.path === path)?.sha256).toBe(sha256)
})

test('runs delete removes nothing outside the runs directory', async () => {
  const { runsDir, run } = freshRuns()
  const inner = join(runsDir, 'runs')
  mkdirSync(join(runsDir, 'evil'))
  const database = await openDatabase({ url: `file:${join(inner, 'lockstep.db')}` })
  onTestFinished(() => database.close())
  for (const id of ['../evil', '.']) await database.createRun({ id, name: `run ${id}`, config: {}, createdAt: 1000, state: 'queued' })
  for (const id of ['../evil', '.']) {
    const { code, stderr } = await run('runs', 'delete', `run ${id}`, '--runs-dir', inner)
    expect([code, stderr]).toEqual([2, `lockstep: run: must have its directory right in ${inner}, got the id ${JSON.stringify(id)}\n`])
  }
  expect(existsSync(join(runsDir, 'evil'))).toBe(true)
  expect(existsSync(join(inner, 'lockstep.db'))).toBe(true)
})

test('a new run whose data is not there leaves no run behind, a queued one says why it failed', async () => {
  const { runsDir, run } = freshRuns()
  const noData = ['train', '--dataset', 'mnist', '--data-dir', join(runsDir, 'nowhere')]
  expect((await run(...noData)).code).toBe(2)
  const database = await openRecord(runsDir)
  expect(await database.listRuns()).toEqual([])
  await database.createRun({ id: 'queued1', name: 'queued', config: {}, createdAt: Date.now(), state: 'queued' })
  expect((await run(...noData, '--run-id', 'queued1')).code).toBe(2)
  expect(await database.findRun('queued1')).toMatchObject({ state: 'failed', attempt: 0, error: expect.stringContaining('mnist') })
})

test('a finished run is resumed only for more epochs', async () => {
  const { run } = freshRuns()
  const { runId } = onlyEvent((await run(...quick)).events, 'run-started')
  for (const flags of [[], ['--workers', '1'], ['--epochs', '1']]) {
    const { code, stderr, events } = await run('resume', runId, ...flags, '--json')
    expect([code, events]).toEqual([2, []])
    expect(stderr).toMatch(
      /^lockstep: resume: .* must have steps left, got a run that has done all its 3 steps; give more --epochs than 1\n$/,
    )
  }
})

test.each([
  [['--workers', 'abc'], '--workers: must be a whole number or auto, got "abc"'],
  [['--epochs', '1.5'], '--epochs: must be a whole number, got "1.5"'],
  [['--workers', ''], '--workers: must be a whole number or auto, got ""'],
])('resume %j is refused with the text that was given', async (flags, message) => {
  const { code, stderr } = await freshRuns().run('resume', 'any-run', ...flags)
  expect([code, stderr]).toEqual([2, `lockstep: ${message}\n`])
})

test('a run that was killed before it ever saved is resumed from step 0 and ends with the bits of one that was not killed', async () => {
  const { run, start } = freshRuns()
  const args = ['train', ...synthetic, '--limit', '3000', '--epochs', '1', '--checkpoint-every', 'epoch']
  const whole = await run(...args)
  const trainer = start(...args)
  const { runId } = await trainer.waitForEvent('step-completed', ({ step }) => step === 3)
  trainer.kill('SIGKILL')
  await trainer.exit
  const resumed = await run('resume', runId, '--json')
  expect(resumed.stderr).toContain('never saved a checkpoint: it starts anew from step 0')
  expect([resumed.code, onlyEvent(resumed.events, 'run-started').attempt]).toEqual([0, 2])
  expect(eventsOf(resumed.events, 'step-completed')[0].step).toBe(0)
  expect(onlyEvent(resumed.events, 'run-finished').parametersSha256).toBe(onlyEvent(whole.events, 'run-finished').parametersSha256)
})

test('a run whose database is deleted saves a checkpoint and fails', async () => {
  const { runsDir, start } = freshRuns()
  const trainer = start(...long)
  const { runId } = await trainer.waitForEvent('step-completed', ({ step }) => step === 3)
  for (const name of readdirSync(runsDir).filter((one) => one.startsWith('lockstep.db'))) rmSync(join(runsDir, name))
  expect(await trainer.exit).toMatchObject({ code: 1 })
  expect(trainer.stderr()).toContain('lockstep.db must be the file that was opened, got none in its place')
  expect(existsSync(join(runsDir, 'lockstep.db'))).toBe(false)
  expect(readdirSync(join(runsDir, runId, 'checkpoints')).length).toBeGreaterThan(0)
})

test('commands that only look make no directory and no database', async () => {
  const { runsDir, run } = freshRuns()
  const typo = join(runsDir, 'typo')
  const list = await run('runs', 'list', '--runs-dir', typo)
  expect([list.code, list.lines]).toEqual([0, [`no runs in ${typo} yet; \`lockstep train\` makes the first`]])
  for (const words of [['runs', 'show'], ['runs', 'delete'], ['stop'], ['resume']]) {
    const { code, stderr } = await run(...words, 'some-run', '--runs-dir', typo)
    expect([code, stderr]).toEqual([2, expect.stringContaining(`got "some-run" and no database at ${join(typo, 'lockstep.db')}`)])
  }
  expect(existsSync(typo)).toBe(false)
})

test('a queued run is stopped through the process that starts it, and has failed where that is dead', async () => {
  const { runsDir, run } = freshRuns()
  const database = await openRecord(runsDir)
  const queue = (id: string) => database.createRun({ id, name: id, config: {}, createdAt: 1000, state: 'queued' })
  const starter = startSleeper()
  await queue('living')
  await database.setOwner('living', await identifyProcess(starter))
  expect((await run('stop', 'living')).code).toBe(0)
  expect(isThere(starter)).toBe(false)
  expect(await database.findRun('living')).toMatchObject({ state: 'stopped', error: 'stopped before its first step' })
  await queue('dead')
  await database.setOwner('dead', { ...(await identifyProcess(starter)), start: 'some boot 1' })
  expect((await run('stop', 'dead')).code).toBe(0)
  expect(await database.findRun('dead')).toMatchObject({ state: 'failed', error: 'its process is gone' })
})
