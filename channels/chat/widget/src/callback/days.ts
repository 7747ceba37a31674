import type { Slot } from '@palabre/config/contract/callback'

/** The slots of one day by the visitor's clocks. */
export interface Day {
  key: string
  at: Date
  slots: Slot[]
}

/** Slots by the day on which they begin where the visitor is, in order. */
export function daysOf(slots: readonly Slot[]): Day[] {
  const days = new Map<string, Day>()
  for (const slot of slots) {
    const at = new Date(slot.from)
    const key = at.toDateString()
    const day = days.get(key)
    if (day) day.slots.push(slot)
    else days.set(key, { key, at, slots: [slot] })
  }
  return [...days.values()]
}

/** Does the other zone show the same time at this moment? */
export function showsAs(at: Date, zone: string): boolean {
  const write = (timeZone?: string) =>
    new Intl.DateTimeFormat('en', {
      dateStyle: 'short',
      timeStyle: 'short',
      ...(timeZone !== undefined && { timeZone })
    }).format(at)
  try {
    return write() === write(zone)
  } catch {
    // A browser that does not know the zone shows its own.
    return false
  }
}
