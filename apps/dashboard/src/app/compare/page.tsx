import type { Metadata } from 'next'
import { Suspense } from 'react'
import { ComparePage } from '../../compare/compare-page.tsx'

export const metadata: Metadata = { title: 'Compare' }

export default function Page() {
  // The page reads its query string, which is known in the browser only.
  return (
    <Suspense>
      <ComparePage />
    </Suspense>
  )
}
