import { Types } from 'mongoose'
import type { DeliveryReport } from '@palabre/channels/channel'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { Message, presentMessage, type MessageDoc } from './message.model.ts'
import { tellMessage } from './tell.ts'

/** States only go forward; a bounce may follow "sent", nothing follows "read" but a failure. */
const rank: Record<string, number> = { queued: 0, sending: 1, sent: 2, delivered: 3, read: 4, failed: 5 }

const before = (state: string) => Object.keys(rank).filter((one) => (rank[one] ?? 0) < (rank[state] ?? 0))

/** Writes a message's new delivery state, if it goes forward, and tells it. */
export async function setDelivery(
  hub: Hub,
  filter: Record<string, unknown>,
  state: 'sent' | 'delivered' | 'read' | 'failed',
  more: Record<string, unknown> = {}
): Promise<MessageDoc | null> {
  const written = (await Message.findOneAndUpdate(
    { ...filter, kind: 'out', state: { $in: before(state) } } as never,
    { $set: { state, ...more } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (written) await tellStored(hub, written)
  return written
}

/** Tells a stored message's newest state. */
export async function tellStored(hub: Hub, message: MessageDoc) {
  const interaction = message.interactionId && (await loadInteraction(message.interactionId.toHexString()))
  if (interaction) tellMessage(hub, presentMessage(message), interaction)
}

/** What the far side reports of a message of ours: delivered, read, bounced. A repeat has no effect; `unknown`: no such message. */
export async function reportDelivery(
  hub: Hub,
  account: AccountDoc,
  report: DeliveryReport
): Promise<'stored' | 'repeat' | 'unknown'> {
  const filter =
    report.messageId !== undefined && Types.ObjectId.isValid(report.messageId)
      ? { _id: new Types.ObjectId(report.messageId), accountId: account._id }
      : { accountId: account._id, externalId: { $eq: report.externalId ?? '', $type: 'string' as const } }
  if (report.state === 'failed') {
    const failure = {
      reason: report.reason ?? 'The far side gave no reason',
      temporary: report.temporary ?? false
    }
    if (report.temporary) {
      const noted = (await Message.findOneAndUpdate(
        { ...filter, kind: 'out' },
        { $set: { failure } },
        { returnDocument: 'after' }
      ).lean()) as MessageDoc | null
      if (noted) await tellStored(hub, noted)
      return noted ? 'stored' : 'unknown'
    }
    if (await setDelivery(hub, filter, 'failed', { failure })) return 'stored'
  } else if (await setDelivery(hub, filter, report.state)) return 'stored'
  return (await Message.exists({ ...filter, kind: 'out' } as never)) ? 'repeat' : 'unknown'
}
