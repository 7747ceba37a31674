import type { Preferences } from '@palabre/config/contract/user'

export type Theme = Preferences['theme']
const stored = 'palabre:theme'
let chosen: Theme = 'system'

const dark = () => matchMedia('(prefers-color-scheme: dark)')

function paint() {
  const isDark = chosen === 'dark' || (chosen === 'system' && dark().matches)
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
}

/** Shows a theme at once and keeps it for this browser, so that the next start does not flash. */
export function useTheme(theme: Theme): void {
  chosen = theme
  paint()
  try {
    localStorage.setItem(stored, theme)
  } catch {
    // A browser without storage follows the system at the next start.
  }
}

/** Follows the system's own change between day and night; gives the function that stops it. */
export function followSystem(): () => void {
  try {
    const kept = localStorage.getItem(stored)
    if (kept === 'light' || kept === 'dark') chosen = kept
  } catch {
    // As above.
  }
  const query = dark()
  query.addEventListener('change', paint)
  return () => query.removeEventListener('change', paint)
}
