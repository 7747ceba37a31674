import type { Channel } from '@palabre/channels/channel'
import { Message, type MessageDoc } from './message.model.ts'

type To = Pick<MessageDoc, 'conversationId' | 'accountId' | 'address'>

/** By the platform's clock where it told the time, which is never later than ours. */
const writtenAt = ({ at, sentAt }: Pick<MessageDoc, 'at' | 'sentAt'>) =>
  Math.min(at.getTime(), (sentAt ?? at).getTime())

/** When the customer of a conversation wrote last; null where nothing was ever written. */
export async function lastHeard({ conversationId, accountId, address }: To): Promise<Date | null> {
  const last = (await Message.findOne(
    // What is said in public opens no window.
    { conversationId, accountId, address, kind: 'in', automatic: null, public: { $exists: false } },
    { at: 1, sentAt: 1 }
  )
    .sort({ at: -1, _id: -1 })
    .lean()) as Pick<MessageDoc, 'at' | 'sentAt'> | null
  return last && new Date(writtenAt(last))
}

/** Until when an agent may answer a message in free words; null where that has no end, or it opens none. */
export function windowAfter(
  { abilities: { window } }: Pick<Channel, 'abilities'>,
  message: Pick<MessageDoc, 'at' | 'sentAt' | 'public'>
): Date | null {
  return window && !message.public
    ? new Date(writtenAt(message) + (window.agentSeconds ?? window.seconds) * 1000)
    : null
}

/** Why free words that leave at `when` cannot be sent; null when they can. `by`: what the hub writes has less time. */
export async function windowShut(
  { abilities: { window, templates } }: Pick<Channel, 'abilities'>,
  to: To,
  { when = new Date(), by = 'agent' }: { when?: Date; by?: 'agent' | 'hub' } = {}
): Promise<string | null> {
  if (!window) return null
  const heard = await lastHeard(to)
  const seconds = by === 'agent' ? (window.agentSeconds ?? window.seconds) : window.seconds
  if (heard && heard.getTime() + seconds * 1000 > when.getTime()) return null
  const hours = String(Math.round(seconds / 3600))
  const instead = templates ? 'only an approved template may be sent' : 'they have to write first'
  return heard
    ? `The customer last wrote more than ${hours} hours before: ${instead}.`
    : `The customer has not written yet: ${instead}.`
}
