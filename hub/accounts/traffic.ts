/** Sends of five minutes: how many ended, and how many of those failed. */
export interface Slot {
  from: Date
  sent: number
  failed: number
}

const slotMs = 300_000
const hourMs = 3_600_000
/** Slots that an hour touches: twelve whole ones and the one that it began in. */
const slots = 13

/** Where in the ring a moment is counted, and when that slot began. */
export function slotAt(now: Date): { place: string; from: Date } {
  const turn = Math.floor(now.getTime() / slotMs)
  return { place: String(turn % slots), from: new Date(turn * slotMs) }
}

/** An update (stages of a pipeline) that counts sends in the slot of now, and empties what an older hour left there. */
export function countSends(now: Date, { sent, failed }: { sent: number; failed: number }) {
  const { place, from } = slotAt(now)
  const at = `traffic.${place}`
  const plus = (field: 'sent' | 'failed', more: number) => ({
    $cond: [{ $eq: [`$${at}.from`, from] }, { $add: [`$${at}.${field}`, more] }, more]
  })
  return { [at]: { from, sent: plus('sent', sent), failed: plus('failed', failed) } }
}

/** The slots that belong to the last hour, oldest first. */
export const lastHour = (traffic: Record<string, Slot>, now: Date): Slot[] =>
  Object.values(traffic)
    .filter(({ from }) => from.getTime() + slotMs > now.getTime() - hourMs && from <= now)
    .sort((a, b) => a.from.getTime() - b.from.getTime())
