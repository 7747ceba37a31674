import type { CallbackRules } from '@palabre/config/contract/callback'

export interface SlotTime {
  from: Date
  to: Date
}

const minuteMs = 60_000

/**
 * The slots that a queue promises: its open times cut from where each begins, whole ones only, none before the notice
 * is over. Pure; whether there is a place is another matter.
 */
export function cutSlots(
  open: readonly SlotTime[],
  { minutes, noticeMinutes }: NonNullable<CallbackRules['slots']>,
  now: Date
): SlotTime[] {
  const earliest = now.getTime() + noticeMinutes * minuteMs
  return open.flatMap(({ from, to }) => {
    const slots: SlotTime[] = []
    for (let at = from.getTime(); at + minutes * minuteMs <= to.getTime(); at += minutes * minuteMs)
      if (at >= earliest && at > now.getTime())
        slots.push({ from: new Date(at), to: new Date(at + minutes * minuteMs) })
    return slots
  })
}

/** How many can be called in a slot: the part of the agents' time that goes to callbacks, over what one takes. */
export function placesOf(
  { minutes, share, most }: NonNullable<CallbackRules['slots']>,
  { agents, handleSeconds }: { agents: number; handleSeconds: number }
): number {
  const places = Math.floor((agents * minutes * 60 * share) / handleSeconds)
  return most === null ? places : Math.min(most, places)
}
