'use client'
import { isFinalState, type RunView } from '@lockstep/shared'
import Link from 'next/link'
import { type FormEvent, useState } from 'react'
import { Icon } from '../frame/icons.tsx'
import { requestApi } from '../live/requests.ts'
import styles from './run-header.module.css'
import type { PageState } from './run-page.tsx'

interface RunActionsProps {
  view: RunView
  state: PageState
  onStopping: (stopping: boolean) => void
}

/** What can be done with the run; a refusal stands beside the button that asked. */
export function RunActions({ view: { run }, state, onStopping }: RunActionsProps) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const ask = async (action: 'stop' | 'resume', body: object = {}): Promise<void> => {
    setBusy(true)
    setError(null)
    if (action === 'stop') onStopping(true)
    const outcome = await requestApi(`runs/${run.id}/${action}`, { body })
    setBusy(false)
    if ('error' in outcome) {
      setError(outcome.error)
      onStopping(false)
    }
  }
  const resumable = isFinalState(run.state) || state === 'stale'
  return (
    <span className={styles.actions}>
      {error !== null && (
        <span className={styles.error} role="alert" data-testid="action-error">
          {error}
        </span>
      )}
      {run.state === 'finished' && (
        <ContinueForm epochs={epochsOf(run.config)} busy={busy} onContinue={(epochs) => void ask('resume', { epochs })} />
      )}
      {resumable && run.state !== 'finished' && (
        <button type="button" className="button" data-testid="resume" disabled={busy} onClick={() => void ask('resume')}>
          <Icon name="resume" /> {busy ? 'Resuming…' : 'Resume'}
        </button>
      )}
      {!isFinalState(run.state) && (
        <button
          type="button"
          className="button"
          data-testid="stop"
          disabled={busy || state === 'stopping'}
          onClick={() => void ask('stop')}
        >
          <Icon name="stop" /> {state === 'stopping' ? 'Stopping…' : 'Stop'}
        </button>
      )}
      <Link href={`/launch?from=${run.id}`} prefetch={false} className="button" data-testid="clone">
        <Icon name="clone" /> Clone
      </Link>
    </span>
  )
}

function epochsOf(config: Record<string, unknown>): number {
  return typeof config.epochs === 'number' ? config.epochs : 0
}

interface ContinueFormProps {
  /** Epochs that the run was asked for so far. */
  epochs: number
  busy: boolean
  /** Called with the epochs in all. */
  onContinue: (epochs: number) => void
}

/** A finished run has nothing left to do unless it is given more epochs. */
function ContinueForm({ epochs, busy, onContinue }: ContinueFormProps) {
  const [text, setText] = useState('1')
  const more = Number(text)
  const valid = Number.isSafeInteger(more) && more >= 1
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (valid) onContinue(epochs + more)
  }
  return (
    <form className={styles.more} onSubmit={submit}>
      <button type="submit" className="button" data-testid="resume" disabled={busy || !valid}>
        <Icon name="resume" /> {busy ? 'Continuing…' : 'Continue'}
      </button>
      <label>
        for{' '}
        <input
          type="number"
          min={1}
          step={1}
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label="More epochs"
          data-testid="more-epochs"
        />{' '}
        more {more === 1 ? 'epoch' : 'epochs'}
      </label>
    </form>
  )
}
