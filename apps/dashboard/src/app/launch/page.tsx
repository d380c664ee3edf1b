import type { Metadata } from 'next'
import { Suspense } from 'react'
import { LaunchPage } from '../../launch/launch-page.tsx'

export const metadata: Metadata = { title: 'Launch' }

export default function Page() {
  // The page reads its query string, which is known in the browser only.
  return (
    <Suspense>
      <LaunchPage />
    </Suspense>
  )
}
