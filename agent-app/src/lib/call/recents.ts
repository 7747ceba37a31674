/** A number that was called from this browser. */
export interface Recent {
  /** E.164 where it is one. */
  number: string
  name: string
  at: string
}

const most = 8
/** Several agents may share a machine. */
const nameOf = (agentId: string) => `palabre:recent-numbers:${agentId}`

const isRecent = (value: unknown): value is Recent =>
  typeof value === 'object' &&
  value !== null &&
  ['number', 'name', 'at'].every((field) => typeof (value as Record<string, unknown>)[field] === 'string')

/** Newest first; each number once. */
export function recentsOf(agentId: string): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(nameOf(agentId)) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isRecent).slice(0, most) : []
  } catch {
    return []
  }
}

export function keepRecent(agentId: string, recent: Recent): void {
  const others = recentsOf(agentId).filter(({ number }) => number !== recent.number)
  try {
    localStorage.setItem(nameOf(agentId), JSON.stringify([recent, ...others].slice(0, most)))
  } catch {
    // A browser without storage forgets it.
  }
}
