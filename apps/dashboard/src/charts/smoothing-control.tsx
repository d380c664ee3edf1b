import { maxSmoothing } from './ema.ts'

/** A slider for the share of the past that the moving average keeps. */
export function SmoothingControl({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  return (
    <label style={{ display: 'inline-flex', alignItems: 'center', gap: 8, color: 'var(--muted)', fontSize: 12 }}>
      smoothing
      <input
        type="range"
        min={0}
        max={maxSmoothing}
        step={0.01}
        value={value}
        style={{ width: 96 }}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <span style={{ minWidth: '4ch', fontVariantNumeric: 'tabular-nums' }}>{value.toFixed(2)}</span>
    </label>
  )
}
