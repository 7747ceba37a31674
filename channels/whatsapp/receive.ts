import type { InboundEvent, WebhookRequest } from '../channel.ts'
import { jsonOf, unread } from '../meta/call.ts'
import { reasonOf } from '../meta/failure.ts'
import { checkSignature, viaOf } from '../meta/signature.ts'
import { followsFrom } from './bulk-failure.ts'
import { eventFrom } from './event.ts'
import {
  isCall,
  isMessage,
  isStatus,
  isValue,
  type WhatsappEntry,
  type WhatsappStatus,
  type WhatsappValue
} from './payload.ts'
import { settingsOf, type WhatsappAccount } from './settings.ts'
import { isStopWord } from './stop-word.ts'
import type { Language } from './words.ts'

/** Fields of the webhook that say that templates are not what they were. */
const templateFields = new Set([
  'message_template_status_update',
  'message_template_quality_update',
  'message_template_components_update',
  'template_category_update'
])

/**
 * One call of the webhook, proved to be Meta's, as events in the order given: a batch may be for many numbers, and what
 * it repeats or brings late is the hub's to know. Throws ChannelError('rejected').
 */
export function receive(request: WebhookRequest, account: WhatsappAccount): InboundEvent[] {
  const { appSecret, language, wabaId } = settingsOf(account)
  checkSignature(request, appSecret)
  const call = jsonOf(request.rawBody)
  if (!isCall.Check(call)) return [unread(call, 'It is no call of the WhatsApp Cloud API')]
  const messages = call.entry
    .flatMap(({ changes }) => changes)
    .filter(({ field }) => field === 'messages')
    .flatMap(({ value }) => {
      if (!isValue.Check(value)) return [unread(value, 'A part of the call has not the form of messages')]
      const via = viaOf(appSecret, value.metadata.phone_number_id)
      return eventsOf(value, language).map((event) => ({ ...event, via }))
    })
  return [...messages, ...noticesIn(call.entry, { appSecret, wabaId })]
}

/** What is said of templates names a business account, which may have many numbers: it is for each account that has it. */
function noticesIn(
  entries: WhatsappEntry[],
  { appSecret, wabaId }: { appSecret: string; wabaId: string }
): InboundEvent[] {
  const ids = entries
    .filter(({ changes }) => changes.some(({ field }) => templateFields.has(field)))
    .map(({ id = '' }) => id)
  return [...new Set(ids)].map((id) => ({
    kind: 'notice',
    about: 'templates',
    ...(id !== wabaId && { via: viaOf(appSecret, id) })
  }))
}

function eventsOf(value: WhatsappValue, language: Language): InboundEvent[] {
  const { messages = [], statuses = [], errors = [] } = value
  return [
    ...messages.flatMap((message): InboundEvent[] => {
      if (!isMessage.Check(message)) return [unread(message, 'A message has not the form of one')]
      const event = eventFrom(message, value, language)
      if (!event) return [unread(message, 'A message does not say who wrote it')]
      return [event, ...wishIn(event)]
    }),
    ...statuses.flatMap((status): InboundEvent[] =>
      isStatus.Check(status) ? reportFrom(status) : [unread(status, 'A state has not the form of one')]
    ),
    ...errors.map((error): InboundEvent => unread(error, reasonOf(error)))
  ]
}

/** Who answers with a word that ends such messages is heard as that as well: it stays a message, which somebody reads. */
const wishIn = (event: InboundEvent): InboundEvent[] =>
  event.kind === 'message' && isStopWord(event.text)
    ? [
        {
          kind: 'feedback',
          about: 'unsubscribe',
          from: { point: 'whatsapp', address: event.address },
          ...(event.sentAt && { at: event.sentAt })
        }
      ]
    : []

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
      ...(status.timestamp !== undefined && { at: new Date(Number(status.timestamp) * 1000) }),
      ...failureIn(errors)
    }
  ]
}

function failureIn(errors: NonNullable<WhatsappStatus['errors']>) {
  const [first] = errors
  return (
    first && {
      reason: errors.map(reasonOf).join(' '),
      status: String(first.code),
      failure: followsFrom(first.code)
    }
  )
}
