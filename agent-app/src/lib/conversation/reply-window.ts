import type { ChannelKind } from '@palabre/config/contract/account'
import type { Interaction } from '@palabre/config/contract/interaction'

type Abilities = Pick<ChannelKind['abilities'], 'window'>
type Asked = Pick<Interaction, 'windowUntil'>

/** Whether the customer may be answered in free words: until when (ms since 1970; null: without end), or why not. */
export type ReplyWindow =
  | { isOpen: true; until: number | null }
  | { isOpen: false; why: 'over'; until: number }
  | { isOpen: false; why: 'unheard'; until: null }

export function replyWindow(
  abilities: Abilities | undefined,
  { windowUntil }: Asked,
  now: number
): ReplyWindow {
  if (windowUntil === null)
    return abilities?.window ? { isOpen: false, why: 'unheard', until: null } : { isOpen: true, until: null }
  const until = Date.parse(windowUntil)
  return until > now ? { isOpen: true, until } : { isOpen: false, why: 'over', until }
}

const hour = 3_600_000
const shownMs = 6 * hour
const soonMs = hour
const lastMs = hour / 4

export interface Countdown {
  /** ms */
  left: number
  until: number
  tone: 'calm' | 'soon' | 'last' | 'over'
}

/** What is shown of a window beside a conversation; null while there is time enough, and once it is closed. */
export function countdown(
  { windowUntil, state }: Asked & Pick<Interaction, 'state'>,
  now: number
): Countdown | null {
  if (windowUntil === null || state === 'closed') return null
  const until = Date.parse(windowUntil)
  const left = until - now
  if (left >= shownMs) return null
  return { left, until, tone: left <= 0 ? 'over' : left < lastMs ? 'last' : left < soonMs ? 'soon' : 'calm' }
}

/** A message that leaves then would come too late to be taken in free words. */
export const leavesLate = (sendAt: number, until: number | null): boolean => until !== null && sendAt >= until
