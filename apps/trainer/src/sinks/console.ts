// What a person sees in the terminal: on a TTY one progress line that is redrawn, elsewhere one line an epoch.
import { decodeNumber, type EventOf, type TrainingEvent, timeLeftMs } from '@lockstep/shared'
import pc from 'picocolors'
import type { Sink } from './sink.ts'

const widestBar = 24
const redrawMs = 100
/** Weight of the newest step in the smoothed step time. */
const paceWeight = 0.1

export interface TerminalOutput {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

export interface View {
  started: EventOf<'run-started'> | null
  step: number
  loss: number
  stepMs: number | null
  examplesPerSecond: number
  drawnAt: number
}

export function createConsoleSink(output: TerminalOutput): Sink {
  const view: View = { started: null, step: 0, loss: Number.NaN, stepMs: null, examplesPerSecond: 0, drawnAt: 0 }
  const live = output.isTTY === true
  const clear = () => live && output.write('\r\x1b[K')
  const say = (line: string) => {
    clear()
    output.write(`${line}\n`)
  }
  return {
    accept(event) {
      fold(view, event)
      for (const line of linesFor(event)) say(line)
      if (live && event.type === 'step-completed' && performance.now() - view.drawnAt > redrawMs) {
        view.drawnAt = performance.now()
        output.write(`\r\x1b[K${progressLine(view, (output.columns || 100) - 1)}`)
      }
    },
    async close() {
      clear()
    },
  }
}

function fold(view: View, event: TrainingEvent): void {
  if (event.type === 'run-started') {
    view.started = event
    view.step = event.resumedFromStep ?? 0
  }
  if (event.type !== 'step-completed') return
  view.step = event.step + 1
  view.loss = decodeNumber(event.loss)
  view.stepMs = view.stepMs === null ? event.durationMs : view.stepMs + paceWeight * (event.durationMs - view.stepMs)
  view.examplesPerSecond = event.examples / (view.stepMs / 1000)
}

/** The progress line, at most `width` characters: epoch, bar, loss, images/s, time left. The bar takes what room there is. */
export function progressLine({ started, step, loss, stepMs, examplesPerSecond }: View, width: number): string {
  if (started === null) return ''
  const share = step / started.totalSteps
  const epochs = Math.ceil(started.totalSteps / started.stepsPerEpoch)
  const epoch = Math.min(epochs, Math.floor(step / started.stepsPerEpoch) + 1)
  const left = timeLeftMs({ step, totalSteps: started.totalSteps }, stepMs)
  const before = `epoch ${epoch}/${epochs}  `
  const after = [
    ` ${Math.floor(share * 100)} %`,
    `loss ${formatLoss(loss)}`,
    `${formatRate(examplesPerSecond)} images/s`,
    ...(left === null ? [] : [`${formatDuration(left)} left`]),
  ].join('  ')
  const room = Math.max(0, Math.min(widestBar, width - before.length - after.length))
  const filled = Math.round(share * room)
  return (before + '█'.repeat(filled) + '░'.repeat(room - filled) + after).slice(0, width)
}

function linesFor(event: TrainingEvent): string[] {
  switch (event.type) {
    case 'run-started':
      return startedLines(event)
    case 'epoch-completed':
      return [epochLine(event)]
    case 'warning':
      return [`${pc.yellow('!')} ${event.message}`]
    case 'run-finished':
      return [
        `${pc.green('✓')} finished after ${event.step} steps in ${formatDuration(event.durationMs)}, loss ${formatLoss(decodeNumber(event.loss))}`,
        pc.dim(`  parameters sha256 ${event.parametersSha256}`),
      ]
    case 'run-stopped':
      return [`${pc.yellow('■')} stopped after ${event.step} steps, saved; go on with: npx lockstep resume ${event.runId}`]
    case 'run-failed':
      return [`${pc.red('✗')} failed: ${event.error.message}`]
    default:
      return []
  }
}

function startedLines(event: EventOf<'run-started'>): string[] {
  const { dataset, workers, config } = event
  const verb = event.resumedFromStep === null ? 'training' : `resuming from step ${event.resumedFromStep}:`
  return [
    `${pc.bold(event.name)} ${pc.dim(event.runId)}  ${verb} ${config.model} on ${dataset.name}`,
    pc.dim(
      `  ${formatRate(dataset.trainExamples)} images, ${event.totalSteps} steps, ${formatRate(event.parameters)} parameters, ` +
        `${workers} ${workers === 1 ? 'worker' : 'workers'}, engine ${event.engine} (${event.kernels}), seed ${config.seed}`,
    ),
  ]
}

function epochLine(event: EventOf<'epoch-completed'>): string {
  const parts = [`epoch ${event.epoch}`, `loss ${formatLoss(decodeNumber(event.loss))}`]
  if (event.validationLoss !== null) parts.push(`validation ${formatLoss(decodeNumber(event.validationLoss))}`)
  const accuracy = event.metrics['test/accuracy']
  if (accuracy !== undefined) parts.push(`test accuracy ${(decodeNumber(accuracy) * 100).toFixed(2)} %`)
  parts.push(`${formatRate(event.examplesPerSecond)} images/s`, formatDuration(event.durationMs))
  return `  ${parts.join('  ')}`
}

function formatLoss(loss: number): string {
  return loss.toPrecision(4)
}

function formatRate(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** `0:41`, `12:05` or `1:02:03`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  const pad = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60) % 60
  const hours = Math.floor(seconds / 3600)
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`
}
