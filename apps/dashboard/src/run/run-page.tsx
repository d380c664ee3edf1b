'use client'
import { type RunView, type ShownRunState, shownState } from '@lockstep/shared'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { useNow, useRun, useRuns } from '../live/use-live.ts'
import { CheckpointsCard } from './checkpoints-card.tsx'
import { ConfigCard } from './config-card.tsx'
import { ConfusionCard } from './confusion-card.tsx'
import { EpochsCard } from './epochs-card.tsx'
import { ImagesCard } from './images-card.tsx'
import { LossCard } from './loss-card.tsx'
import { Notices } from './notices.tsx'
import { NowCard } from './now-card.tsx'
import { RunHeader } from './run-header.tsx'
import styles from './run-page.module.css'
import { ThroughputCard } from './throughput-card.tsx'
import { WorkersCard } from './workers-card.tsx'

/** Everything about one run, live. */
export function RunPage({ runId }: { runId: string }) {
  const { view, error, lagMs } = useRun(runId)
  const listed = useRuns() !== null
  const now = useNow(1000)
  const [stopping, setStopping] = useState(false)
  const recorded = view?.run.state
  const name = view?.run.name
  useEffect(() => {
    if (recorded !== 'running') setStopping(false)
  }, [recorded])
  useEffect(() => {
    if (name) document.title = `${name} · Lockstep`
  }, [name])

  // The list says which colour the run has; without it the first look would change its colour a moment later.
  if (view === null || !listed) return error === null ? <Skeleton /> : <Missing error={error} />
  const state = stopping ? 'stopping' : now === null ? view.run.state : shownState(view.run.state, view.run.heartbeatAt, now)
  return (
    <>
      <RunHeader view={view} state={state} onStopping={setStopping} />
      {error !== null && <p className="message">{error}</p>}
      <Notices view={view} />
      <div className={styles.grid}>
        <LossCard view={view} />
        <NowCard view={view} state={state} lagMs={lagMs} />
        <WorkersCard view={view} />
        <ThroughputCard view={view} />
        <div className={styles.column}>
          <EpochsCard view={view} />
          <CheckpointsCard view={view} />
        </div>
        <div className={styles.column}>
          {isClassifier(view) ? <ConfusionCard view={view} /> : <ImagesCard view={view} />}
          {isClassifier(view) && view.images.length > 0 && <ImagesCard view={view} />}
        </div>
        <ConfigCard view={view} />
      </div>
    </>
  )
}

/** Told from the config, not from what has arrived: the page's shape is the same from the first look on. */
function isClassifier({ run, confusionMatrices }: RunView): boolean {
  return String(run.config.loss).includes('cross-entropy') || confusionMatrices.length > 0
}

export type PageState = ShownRunState

function Missing({ error }: { error: string }) {
  return (
    <div className={`card ${styles.missing}`} data-testid="missing">
      <p>{error}</p>
      <Link href="/" prefetch={false}>
        All runs
      </Link>
    </div>
  )
}

/** The page's shape while the first answer is on its way. */
function Skeleton() {
  return (
    <div aria-busy="true" data-testid="loading">
      <div className={styles.skeletonHead} />
      <div className={styles.grid}>
        <div className={`card ${styles.wide} ${styles.skeletonTall}`} />
        <div className={`card ${styles.narrow} ${styles.skeletonTall}`} />
        <div className={`card ${styles.wide} ${styles.skeletonLow}`} />
        <div className={`card ${styles.narrow} ${styles.skeletonLow}`} />
      </div>
    </div>
  )
}
