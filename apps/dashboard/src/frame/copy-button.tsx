'use client'
import { useState } from 'react'
import { Icon } from './icons.tsx'

/** Copies a text; says for a moment that it did. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <button type="button" className="button small ghost" onClick={() => void copy()} aria-label={`Copy ${what}`} title={`Copy ${what}`}>
      <Icon name={copied ? 'check' : 'copy'} />
    </button>
  )
}
