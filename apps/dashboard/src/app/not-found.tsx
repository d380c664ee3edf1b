import type { Metadata } from 'next'
import Link from 'next/link'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <div className="card nothing-here" data-testid="not-found">
      <h1>There is no page here</h1>
      <p className="muted">The address leads nowhere; a run’s page is found from the list.</p>
      <Link href="/" prefetch={false} className="button">
        All runs
      </Link>
    </div>
  )
}
