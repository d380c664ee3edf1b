import type { HostFacts, RunView } from '@lockstep/shared'
import { formatBytes, formatCount, formatValue } from '../format.ts'
import { commandOf } from '../launch/launch-config.ts'
import styles from './config-card.module.css'
import page from './run-page.module.css'
import { ShortHash } from './short-hash.tsx'

/** What was asked for, and where it ran. */
export function ConfigCard({ view }: { view: RunView }) {
  const { run, host, datasetFacts, result } = view
  return (
    <section className={`card ${page.full}`} data-testid="config">
      <header>
        <h2>Config and machine</h2>
        <span className="unit">
          run <code>{run.id}</code>
        </span>
      </header>
      <div className={styles.columns}>
        <Facts title="config" facts={Object.entries(run.config).map(([key, value]) => [key, formatValue(value)])} />
        <div>
          {result && (
            <dl className={styles.facts} data-testid="result">
              <Hash name="parameters" hash={result.parametersSha256} />
              <Hash name="optimizer" hash={result.optimizerSha256} />
            </dl>
          )}
          <Facts title="run" facts={runFacts(view)} />
          {datasetFacts && (
            <Facts
              title="data"
              facts={[
                ['dataset', datasetFacts.name],
                ['train', formatCount(datasetFacts.trainExamples)],
                ['validation', formatCount(datasetFacts.validationExamples)],
                ['test', formatCount(datasetFacts.testExamples)],
                ['classes', formatCount(datasetFacts.classes.length)],
              ]}
            />
          )}
          {host && <Facts title="machine" facts={hostFacts(host, run.config)} />}
        </div>
      </div>
    </section>
  )
}

function Facts({ title, facts }: { title: string; facts: [string, string][] }) {
  return (
    <dl className={styles.facts} aria-label={title}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Hash({ name, hash }: { name: string; hash: string }) {
  return (
    <div>
      <dt>{name} SHA-256</dt>
      <dd>
        <ShortHash hash={hash} />
      </dd>
    </div>
  )
}

function runFacts({ run, parameters, resumedFromStep }: RunView): [string, string][] {
  const facts: [string, string][] = [
    ['engine', run.engine || '–'],
    ['kernels', run.kernels || '–'],
    ['parameters', formatCount(parameters)],
  ]
  if (resumedFromStep !== null) facts.push(['resumed from step', formatCount(resumedFromStep)])
  return facts
}

function hostFacts(host: HostFacts, config: Record<string, unknown>): [string, string][] {
  return [
    ['host', host.hostname],
    ['processor', host.cpu],
    ['cores', formatCount(host.cores)],
    ['memory', formatBytes(host.memoryBytes)],
    ['platform', host.platform],
    ['Node', host.node],
    ['commit', host.gitCommit?.slice(0, 10) ?? '–'],
    ['process', String(host.pid)],
    ['command', commandOf(host, config)],
  ]
}
