import type { Callback } from '@palabre/config/contract/callback'

/** Where a callback stands for whoever looks at the list. */
export const groups = ['due', 'today', 'later', 'tried', 'over'] as const
export type Group = (typeof groups)[number]

const isOpen = ({ state }: Pick<Callback, 'state'>): boolean => state === 'scheduled' || state === 'queued'

const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString()

/** `now` in ms; days are those of the reader's clock. */
export function groupOf(callback: Callback, now: number): Group {
  const { state, nextAt, attempts } = callback
  if (!isOpen(callback)) return 'over'
  if (state === 'queued' || nextAt === null || Date.parse(nextAt) <= now) return 'due'
  if (attempts.length) return 'tried'
  return sameDay(Date.parse(nextAt), now) ? 'today' : 'later'
}

type Promised = Pick<Callback, 'state' | 'slot' | 'kept'>

/** For how long a promise has been broken, in ms; null while it can be kept, was kept, or nothing was promised. */
export function latenessOf(callback: Promised, now: number): number | null {
  const { slot, kept } = callback
  if (!slot || kept === true || !isOpen(callback)) return null
  const over = now - Date.parse(slot.to)
  return over > 0 ? over : null
}

/** What comes first in a group: by promised or next time, who waits longest first; what is over, the newest first. */
function momentOf({ slot, nextAt, createdAt, endedAt }: Callback): number {
  if (endedAt !== null) return -Date.parse(endedAt)
  return Date.parse(slot?.from ?? nextAt ?? createdAt)
}

export const inOrder = (callbacks: readonly Callback[]): Callback[] =>
  callbacks.toSorted((a, b) => momentOf(a) - momentOf(b) || (a.id < b.id ? -1 : 1))
