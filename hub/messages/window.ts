import type { Channel } from '@palabre/channels/channel'
import { Message, type MessageDoc } from './message.model.ts'

/**
 * Until when free words may be sent to the customer of a conversation: so long after their last message as the platform
 * allows, by the platform's clock where it told the time. Null where nothing was ever written.
 */
async function openUntil(
  { conversationId, accountId, address }: Pick<MessageDoc, 'conversationId' | 'accountId' | 'address'>,
  seconds: number
): Promise<Date | null> {
  const last = (await Message.findOne(
    { conversationId, accountId, address, kind: 'in', automatic: null },
    { at: 1, sentAt: 1 }
  )
    .sort({ at: -1, _id: -1 })
    .lean()) as Pick<MessageDoc, 'at' | 'sentAt'> | null
  if (!last) return null
  const wrote = Math.min(+last.at, +(last.sentAt ?? last.at))
  return new Date(wrote + seconds * 1000)
}

/** Why words that leave at `when` cannot be sent freely; null when they can. */
export async function windowShut(
  { abilities: { window } }: Pick<Channel, 'abilities'>,
  to: Pick<MessageDoc, 'conversationId' | 'accountId' | 'address'>,
  when = new Date()
): Promise<string | null> {
  if (!window) return null
  const until = await openUntil(to, window.seconds)
  if (until && until > when) return null
  const hours = String(Math.round(window.seconds / 3600))
  return until
    ? `The customer last wrote more than ${hours} hours before: only an approved template may be sent.`
    : 'The customer has not written yet: only an approved template may be sent.'
}
