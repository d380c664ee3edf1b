'use client'
import type { IconName } from './icons.tsx'
import { Icon } from './icons.tsx'
import { chooseTheme, type ThemeChoice, useThemeChoice } from './theme.ts'

const order: readonly ThemeChoice[] = ['system', 'light', 'dark']
const icons: Record<ThemeChoice, IconName> = { system: 'screen', light: 'sun', dark: 'moon' }

/** Steps through system, light and dark. */
export function ThemeToggle() {
  const choice = useThemeChoice()
  const next = order[(order.indexOf(choice) + 1) % order.length]
  return (
    <button
      type="button"
      className="button small"
      data-testid="theme"
      onClick={() => chooseTheme(next)}
      title={`Theme: ${choice}. Change to ${next}.`}
      aria-label={`Theme: ${choice}`}
    >
      <Icon name={icons[choice]} />
    </button>
  )
}
