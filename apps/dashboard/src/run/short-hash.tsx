import { CopyButton } from '../frame/copy-button.tsx'

const shownDigits = 10

/** The first digits of a SHA-256; the whole of it in the tooltip and by copying. */
export function ShortHash({ hash }: { hash: string }) {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 6 }} title={hash}>
      <code>{hash.slice(0, shownDigits)}</code>
      <CopyButton text={hash} what="SHA-256" />
    </span>
  )
}
