'use client'
import { useSyncExternalStore } from 'react'
import { createObservable } from '../live/observable.ts'
import { darkQuery, themeStorageKey } from './theme-script.ts'

export type Theme = 'light' | 'dark'
export type ThemeChoice = Theme | 'system'

const choice = createObservable<ThemeChoice>('system', {
  onFirst() {
    choice.set(storedChoice())
    const query = matchMedia(darkQuery)
    const follow = () => apply(choice.get())
    query.addEventListener('change', follow)
    return () => query.removeEventListener('change', follow)
  },
})

const shown = createObservable<Theme>('light', {
  onFirst() {
    apply(storedChoice())
    return choice.subscribe(() => apply(choice.get()))
  },
})

/** What the person chose. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(choice.subscribe, choice.get, () => 'system')
}

/** What is shown. */
export function useTheme(): Theme {
  return useSyncExternalStore(shown.subscribe, shown.get, () => 'light')
}

/** Changes the theme at once and keeps the choice for later visits. */
export function chooseTheme(next: ThemeChoice): void {
  localStorage.setItem(themeStorageKey, next)
  choice.set(next)
  apply(next)
}

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(themeStorageKey)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

function apply(next: ThemeChoice): void {
  const theme = next === 'system' ? (matchMedia(darkQuery).matches ? 'dark' : 'light') : next
  document.documentElement.dataset.theme = theme
  if (shown.get() !== theme) shown.set(theme)
}
