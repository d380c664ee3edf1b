'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useRuns } from '../live/use-live.ts'
import { ConnectionBadge } from './connection-badge.tsx'
import styles from './frame.module.css'
import { Icon, type IconName } from './icons.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

const places: readonly { href: string; label: string; icon: IconName; isAt: (path: string) => boolean }[] = [
  { href: '/', label: 'Runs', icon: 'runs', isAt: (path) => path === '/' || path.startsWith('/runs') },
  { href: '/compare', label: 'Compare', icon: 'compare', isAt: (path) => path.startsWith('/compare') },
  { href: '/launch', label: 'Launch', icon: 'launch', isAt: (path) => path.startsWith('/launch') },
]

/** What stands around every page: the rail, the bar with the connection, the page itself. */
export function Frame({ children }: { children: ReactNode }) {
  const path = usePathname()
  const here = places.find((place) => place.isAt(path))
  return (
    <div className={styles.frame}>
      <nav className={styles.rail} aria-label="Pages">
        {places.map(({ href, label, icon, isAt }) => (
          // Prefetching would be requests that nobody asked for.
          <Link key={href} href={href} prefetch={false} className={styles.place} aria-current={isAt(path) ? 'page' : undefined}>
            <Icon name={icon} />
            {label}
          </Link>
        ))}
      </nav>
      <header className={styles.bar}>
        <Link href="/" prefetch={false} className={styles.name}>
          Lockstep
        </Link>
        <Crumbs path={path} label={here?.label ?? 'Not found'} />
        <ConnectionBadge />
        <ThemeToggle />
      </header>
      <main className={styles.main}>{children}</main>
    </div>
  )
}

/** Where the page is; on a run's page its name, under the list's. */
function Crumbs({ path, label }: { path: string; label: string }) {
  const runs = useRuns()
  const runId = /^\/runs\/([^/]+)$/.exec(path)?.[1]
  if (runId === undefined) return <span className={styles.crumb}>{label}</span>
  return (
    <>
      <Link href="/" prefetch={false} className={styles.above}>
        {label}
      </Link>
      <span className={styles.crumb} data-testid="crumb">
        {runs?.find(({ id }) => id === runId)?.name ?? runId}
      </span>
    </>
  )
}
