import { ChannelError, type OutboundMessage, type Sent } from '../channel.ts'
import { hand } from './hand.ts'
import { partsOf, type Part } from './parts.ts'
import type { WhatsappAccount } from './settings.ts'

/**
 * Hands one message to Meta; what becomes of it comes back by webhook. WhatsApp carries words, choices or one file a
 * message, so that one of ours may become several. Files are uploaded before anything leaves. Throws ChannelError; what
 * fails after the first part has left is said in `refused`, as the rest must not be repeated.
 */
export async function send(message: OutboundMessage, account: WhatsappAccount): Promise<Sent> {
  const [first, ...rest] = await partsOf(message, account)
  if (!first) throw new ChannelError('refused', 'There is nothing to send.')
  const externalId = await handPart(first, message, account)
  const refused: NonNullable<Sent['refused']> = []
  for (const part of rest)
    try {
      await handPart(part, message, account)
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      refused.push({ address: part.label, reason: error.message })
    }
  return { externalId, refused }
}

const handPart = ({ content }: Part, { id, address, answers }: OutboundMessage, account: WhatsappAccount) =>
  hand(account, address, {
    ...(answers !== undefined && { context: { message_id: answers } }),
    biz_opaque_callback_data: id,
    ...content
  })
