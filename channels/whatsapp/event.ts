import type { InboundAmendment, InboundMessage, InboundReaction } from '../channel.ts'
import { cleanLine } from '../clean-text.ts'
import { limits } from './limits.ts'
import { addressOf } from './number.ts'
import type { WhatsappMessage, WhatsappValue } from './payload.ts'
import { readContent } from './read-content.ts'
import type { Language } from './words.ts'

/** What a customer did, from one message of a call; null when it does not say who. */
export function eventFrom(
  message: WhatsappMessage,
  value: WhatsappValue,
  language: Language
): InboundMessage | InboundReaction | InboundAmendment | null {
  const address = addressOf(message.from, message.from_user_id)
  if (address === null) return null
  const at = new Date(Number(message.timestamp) * 1000)
  const about = reactionOf(message) ?? amendmentOf(message, language)
  if (about) return { ...about, address, at }
  const { type, context, edit: _, ...content } = message
  const { text, media, automatic, chosen, isUnknown } = readContent(type, { type, ...content }, language)
  const name = nameOf(message, value)
  return {
    kind: 'message',
    address,
    externalId: message.id,
    text,
    sentAt: at,
    ...(name !== '' && { name }),
    ...(media && { media }),
    ...(automatic && { automatic }),
    // What customers answer may be of a campaign, whose messages are known by their ids alone.
    ...(context?.id && { answers: context.id, thread: { own: [context.id], external: [] } }),
    ...(chosen !== undefined && { chosen }),
    ...(isUnknown && { raw: Buffer.from(JSON.stringify(message)) })
  }
}

/** An emoji on a message; one that is taken back comes without its emoji. */
function reactionOf({ type, reaction }: WhatsappMessage): Omit<InboundReaction, 'address'> | null {
  if (type !== 'reaction' || !reaction) return null
  const emoji = cleanLine(reaction.emoji ?? '', limits.emojiChars)
  return { kind: 'reaction', on: reaction.message_id, emoji }
}

/** An edited message comes again as a whole. One whose new words are not understood is shown as a message of its own. */
function amendmentOf(
  { type, edit, revoke }: WhatsappMessage,
  language: Language
): Omit<InboundAmendment, 'address'> | null {
  if (type === 'revoke' && revoke) return { kind: 'amendment', of: revoke.original_message_id, text: null }
  if (type !== 'edit' || !edit?.message) return null
  const { type: kind = 'text', ...content } = edit.message
  const { text, isUnknown } = readContent(kind, { type: kind, ...content }, language)
  return isUnknown ? null : { kind: 'amendment', of: edit.original_message_id, text }
}

/** Customers choose their names. */
function nameOf({ from, from_user_id: userId }: WhatsappMessage, { contacts = [] }: WhatsappValue): string {
  const isTheirs = (one: (typeof contacts)[number]) =>
    (one.wa_id !== undefined && one.wa_id === from) || (one.user_id !== undefined && one.user_id === userId)
  return cleanLine(contacts.find(isTheirs)?.profile?.name ?? '', limits.nameChars)
}
