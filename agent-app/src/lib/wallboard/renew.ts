import { version } from '$app/environment'

const stored = 'palabre:wall-renewed'
/** A server that serves a page of another version than it says must not make the screen flicker. */
const atMostEveryMs = 600_000

/** Whether the hub serves another version of the app than this one. Asked when the line came back: a new version restarts the hub. */
export async function isOutdated(): Promise<boolean> {
  try {
    const response = await fetch('/_app/version.json', { cache: 'no-store' })
    if (!response.ok) return false
    return ((await response.json()) as { version?: string }).version !== version
  } catch {
    return false
  }
}

/** Loads the page anew, if the hub can give it: a screen that works is better than an error page. */
export async function renew(): Promise<void> {
  try {
    const before = Number(sessionStorage.getItem(stored) ?? 0)
    if (Math.abs(Date.now() - before) < atMostEveryMs) return
    const page = await fetch(location.pathname, { cache: 'no-store' })
    if (!page.ok) return
    sessionStorage.setItem(stored, String(Date.now()))
    location.reload()
  } catch {
    // The hub is away again, or nothing can be kept here; the screen goes on as it is.
  }
}
