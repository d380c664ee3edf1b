'use client'
import { defaultsFor, type RunSummary, type RunView } from '@lockstep/shared'
import { useRouter, useSearchParams } from 'next/navigation'
import { type FormEvent, useEffect, useState } from 'react'
import { type Outcome, requestApi } from '../live/requests.ts'
import type { LaunchForm } from '../server/launch-form.ts'
import { type GivenConfig, parseGiven, withoutDefaults } from './launch-config.ts'
import { LaunchFields } from './launch-fields.tsx'
import styles from './launch-page.module.css'
import { LaunchSummary } from './launch-summary.tsx'
import { PresetCards } from './preset-cards.tsx'

/** The form behind a new run; it is made from the config schema. */
export function LaunchPage() {
  const from = useSearchParams().get('from')
  const { form, given, setGiven, error: loadError } = useLaunchForm(from)
  const { launch, busy, error } = useLaunch()
  if (form === null) return loadError === null ? <div aria-busy="true" /> : <p className="message">{loadError}</p>

  const model = String(given.model ?? form.fields.find(({ key }) => key === 'model')?.default)
  const standards = defaultsFor(form.entries, { ...given, model })
  const config = withoutDefaults(parseGiven(given, form.fields), form.fields, standards)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void launch(config)
  }
  return (
    <form className={styles.page} onSubmit={submit} data-testid="launch-form" noValidate>
      <div className={styles.head}>
        <h1>Launch a run</h1>
        {from !== null && <span className="muted">settings of run {from}</span>}
      </div>
      <PresetCards presets={form.presets} given={given} onChoose={setGiven} />
      <LaunchFields fields={form.fields} given={given} standards={standards} onChange={setGiven} />
      <LaunchSummary fields={form.fields} config={config} standards={standards} busy={busy} error={error ?? loadError} />
    </form>
  )
}

function useLaunchForm(from: string | null) {
  const [form, setForm] = useState<LaunchForm | null>(null)
  const [given, setGiven] = useState<GivenConfig>({})
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    let wanted = true
    void Promise.all([requestApi<LaunchForm>('schema'), from === null ? null : requestApi<RunView>(`runs/${from}`)]).then(
      ([schema, cloned]) => {
        if (!wanted) return
        if ('error' in schema) return setError(schema.error)
        setForm(schema.value)
        if (cloned === null) return
        if ('error' in cloned) return setError(cloned.error)
        setGiven(withoutName(cloned.value.run.config))
      },
    )
    return () => {
      wanted = false
    }
  }, [from])
  return { form, given, setGiven, error }
}

/** A clone gets a name of its own. */
function withoutName(config: GivenConfig): GivenConfig {
  return Object.fromEntries(Object.entries(config).filter(([key]) => key !== 'name'))
}

function useLaunch() {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const launch = async (config: GivenConfig): Promise<void> => {
    setBusy(true)
    setError(null)
    const outcome: Outcome<RunSummary> = await requestApi('runs', { body: config })
    if ('value' in outcome) return router.push(`/runs/${outcome.value.id}`)
    setBusy(false)
    setError(outcome.error)
  }
  return { launch, busy, error }
}
