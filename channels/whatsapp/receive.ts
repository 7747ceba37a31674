import { createHash } from 'node:crypto'
import { ChannelError, type InboundEvent, type InboundMessage, type WebhookRequest } from '../channel.ts'
import { cleanLine } from '../clean-text.ts'
import { reasonOf } from '../meta/failure.ts'
import { checkSignature, viaOf } from '../meta/signature.ts'
import { limits } from './limits.ts'
import { addressOf } from './number.ts'
import {
  isCall,
  isMessage,
  isStatus,
  isValue,
  type WhatsappMessage,
  type WhatsappStatus,
  type WhatsappValue
} from './payload.ts'
import { readContent, type Read } from './read-content.ts'
import { settingsOf, type WhatsappAccount } from './settings.ts'
import { say, type Language } from './words.ts'

/**
 * One call of the webhook, proved to be Meta's, as events in the order given: a batch may be for many numbers, and what
 * it repeats or brings late is the hub's to know. Throws ChannelError('rejected').
 */
export function receive(request: WebhookRequest, account: WhatsappAccount): InboundEvent[] {
  const { appSecret, language } = settingsOf(account)
  checkSignature(request, appSecret)
  const call = jsonOf(request.rawBody)
  if (!isCall.Check(call)) return [unread(call, 'It is no call of the WhatsApp Cloud API')]
  return call.entry
    .flatMap(({ changes }) => changes)
    .filter(({ field }) => field === 'messages')
    .flatMap(({ value }) => {
      if (!isValue.Check(value)) return [unread(value, 'A part of the call has not the form of messages')]
      const via = viaOf(appSecret, value.metadata.phone_number_id)
      return eventsOf(value, language).map((event) => ({ ...event, via }))
    })
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch (error) {
    throw new ChannelError('rejected', 'The call cannot be read', { cause: error })
  }
}

function eventsOf(value: WhatsappValue, language: Language): InboundEvent[] {
  const { messages = [], statuses = [], errors = [] } = value
  return [
    ...messages.map((message): InboundEvent => {
      if (!isMessage.Check(message)) return unread(message, 'A message has not the form of one')
      return messageFrom(message, value, language) ?? unread(message, 'A message does not say who wrote it')
    }),
    ...statuses.flatMap((status): InboundEvent[] =>
      isStatus.Check(status) ? reportFrom(status) : [unread(status, 'A state has not the form of one')]
    ),
    ...errors.map((error): InboundEvent => unread(error, reasonOf(error)))
  ]
}

function messageFrom(
  message: WhatsappMessage,
  value: WhatsappValue,
  language: Language
): InboundMessage | null {
  const address = addressOf(message.from, message.from_user_id)
  if (address === null) return null
  const read = readMessage(message, language)
  const about = [read.about, message.context?.id].filter((id) => id !== undefined)
  const name = nameOf(message, value)
  return {
    kind: 'message',
    address,
    externalId: message.id,
    text: read.text,
    sentAt: momentOf(message.timestamp),
    ...(name !== '' && { name }),
    ...(read.media && { media: read.media }),
    ...(read.automatic && { automatic: read.automatic }),
    ...(about.length > 0 && { thread: { own: [], external: about } }),
    ...(read.isUnknown && { raw: Buffer.from(JSON.stringify(message)) })
  }
}

/** An edited message comes again as a whole, under an id of its own. */
function readMessage({ type, edit, ...content }: WhatsappMessage, language: Language): Read {
  if (type !== 'edit' || !edit) return readContent(type, { type, ...content }, language)
  const { type: kind = 'text', ...rest } = edit.message ?? {}
  const read = readContent(kind, { type: kind, ...rest }, language)
  return { ...read, text: say('edited', language, { text: read.text }), about: edit.original_message_id }
}

/** Customers choose their names. */
function nameOf({ from, from_user_id: userId }: WhatsappMessage, { contacts = [] }: WhatsappValue): string {
  const isTheirs = (one: (typeof contacts)[number]) =>
    (one.wa_id !== undefined && one.wa_id === from) || (one.user_id !== undefined && one.user_id === userId)
  return cleanLine(contacts.find(isTheirs)?.profile?.name ?? '', limits.nameChars)
}

const states: Record<string, 'sent' | 'delivered' | 'read' | 'failed'> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  // A voice note was listened to.
  played: 'read',
  failed: 'failed'
}

function reportFrom(status: WhatsappStatus): InboundEvent[] {
  const state = Object.hasOwn(states, status.status) ? states[status.status] : undefined
  // "deleted" and what Meta may invent: no state of a delivery.
  if (!state) return []
  const { biz_opaque_callback_data: ours = '', errors = [] } = status
  return [
    {
      kind: 'delivery',
      externalId: status.id,
      state,
      // What was sent with the message comes back, so that a state is also known that is faster than the answer to it.
      ...(/^[0-9a-f]{24}$/.test(ours) && { messageId: ours }),
      ...(status.timestamp !== undefined && { at: momentOf(status.timestamp) }),
      ...(errors.length > 0 && { reason: errors.map(reasonOf).join(' ') })
    }
  ]
}

const momentOf = (seconds: string) => new Date(Number(seconds) * 1000)

/** Rightly signed and not understood: kept whole where administrators see it, once however often it comes. */
function unread(part: unknown, reason: string): InboundEvent {
  const raw = Buffer.from(JSON.stringify(part) ?? 'null')
  return {
    kind: 'quarantined',
    externalId: `sha256:${createHash('sha256').update(raw).digest('hex')}`,
    reason,
    raw
  }
}
