const keyOf = (id: string) => `palabre:campaign-start:${id}`

/** The time at which a draft is meant to begin, as this browser remembers it: the hub is told at the launch. */
export function keptStart(id: string): string | null {
  try {
    return localStorage.getItem(keyOf(id))
  } catch {
    // A browser without storage remembers nothing.
    return null
  }
}

export function keepStart(id: string, local: string | null): void {
  try {
    if (local === null) localStorage.removeItem(keyOf(id))
    else localStorage.setItem(keyOf(id), local)
  } catch {
    // As above: the choice holds as long as the page is open.
  }
}
