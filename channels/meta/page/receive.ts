import type { InboundEvent, InboundMessage, WebhookRequest } from '../../channel.ts'
import { cleanLine } from '../../clean-text.ts'
import { idFrom, jsonOf, unread } from '../call.ts'
import { checkSignature, viaOf } from '../signature.ts'
import { limits } from './limits.ts'
import type { Page } from './page.ts'
import { isCall, isMessaging, momentOf, type PageMessage, type PageMessaging } from './payload.ts'
import { body, line, lines, readMessage, sayReferral } from './read-content.ts'

/**
 * One call of the webhook, proved to be Meta's, as events in the order given: a batch may be for many pages, and what
 * it repeats or brings late is the hub's to know. Throws ChannelError('rejected').
 */
export function receiveCall(request: WebhookRequest, page: Page): InboundEvent[] {
  const { platform, appSecret } = page
  checkSignature(request, appSecret)
  const call = jsonOf(request.rawBody)
  if (!isCall.Check(call) || call.object !== platform.object)
    return [unread(call, `It is no call of ${platform.name}`)]
  return call.entry.flatMap((entry) => {
    const via = viaOf(appSecret, entry.id)
    const { messaging = [], changes = [] } = entry
    return [
      ...messaging.flatMap((one) => eventsOf(one, entry.id, page)),
      ...changes.flatMap((one) => platform.changed(one, entry, page))
    ].map((event) => ({ ...event, via }))
  })
}

/** When Meta says that it was. */
interface When {
  at?: Date
}
const when = (time: number | undefined): When => (time === undefined ? {} : { at: momentOf(time) })
const sentAt = ({ at }: When): Pick<InboundMessage, 'sentAt'> => (at ? { sentAt: at } : {})

/** What happened between one person and the account `own`. */
function eventsOf(given: unknown, own: string, page: Page): InboundEvent[] {
  if (!isMessaging.Check(given)) return [unread(given, 'A part of the call has not the form of messaging')]
  const { sender, timestamp, message, delivery, read } = given
  if (message?.is_echo) return confirmed(message, when(timestamp))
  if (delivery) return deliveredOf(delivery, timestamp)
  const address = sender?.id
  // What the account itself did elsewhere.
  if (address === own) return []
  if (address === undefined)
    return (message ?? given.postback) ? [unread(given, 'A message does not say who wrote it')] : []
  if (read) return readUntil(address, read, timestamp)
  return written(given, address, when(timestamp), page)
}

/**
 * Echoes of messages that carried our own id: the platform has them, even if its answer to us was lost. What was
 * written elsewhere (Meta's own inbox, another app) has no place here.
 */
function confirmed({ mid, metadata = '' }: PageMessage, told: When): InboundEvent[] {
  return /^[0-9a-f]{24}$/.test(metadata)
    ? [{ kind: 'delivery', externalId: mid, messageId: metadata, state: 'sent', ...told }]
    : []
}

const deliveredOf = (
  { mids = [], watermark }: NonNullable<PageMessaging['delivery']>,
  timestamp: number | undefined
): InboundEvent[] =>
  mids.map((mid) => ({
    kind: 'delivery',
    externalId: mid,
    state: 'delivered',
    ...when(watermark ?? timestamp)
  }))

/** Messenger says until when was read, Instagram which message: with it, what came before was read. */
function readUntil(
  address: string,
  { mid, watermark }: NonNullable<PageMessaging['read']>,
  timestamp: number | undefined
): InboundEvent[] {
  const { at: until } = when(watermark ?? timestamp)
  return [
    ...(until ? [{ kind: 'read-until', address, until } satisfies InboundEvent] : []),
    ...(mid === undefined
      ? []
      : [{ kind: 'delivery', externalId: mid, state: 'read', ...when(timestamp) } satisfies InboundEvent])
  ]
}

function written(given: PageMessaging, address: string, told: When, page: Page): InboundEvent[] {
  const { message, message_edit: edit, postback, reaction, referral } = given
  // Without a time, which might be that of the message: nothing is later than its taking back.
  if (message?.is_deleted) return [{ kind: 'amendment', address, of: message.mid, text: null }]
  if (message) return [messageFrom(given, message, address, told, page)]
  if (edit) return [{ kind: 'amendment', address, of: edit.mid, text: body(edit.text), ...told }]
  if (reaction) {
    const emoji = reaction.action === 'unreact' ? '' : emojiOf(reaction)
    return [{ kind: 'reaction', address, on: reaction.mid, emoji, ...told }]
  }
  const from = (text: string, externalId: string): InboundMessage => ({
    kind: 'message',
    address,
    externalId,
    ...sentAt(told),
    text
  })
  if (postback) {
    const { mid, title, payload, referral: by } = postback
    const id = mid ?? idFrom('postback', address, told.at?.getTime(), payload)
    const text = lines(sayReferral(by, page.language), line(title) || line(payload) || '…')
    return [{ ...from(text, id), ...chosenOf(payload) }]
  }
  if (referral) {
    const id = idFrom('referral', address, told.at?.getTime(), referral.ref, referral.ad_id)
    // They opened the thread by a link; they have not said anything.
    return [{ ...from(sayReferral(referral, page.language), id), automatic: 'bulk' }]
  }
  // Account linking, opt-ins, policies, hand-overs between apps: nothing that anybody wrote.
  return []
}

function messageFrom(
  given: PageMessaging,
  message: PageMessage,
  address: string,
  told: When,
  page: Page
): InboundMessage {
  const { text, media, isUnknown } = readMessage(message, page)
  const answers = message.reply_to?.mid
  return {
    kind: 'message',
    address,
    externalId: message.mid,
    ...sentAt(told),
    text,
    ...(media.length > 0 && { media }),
    ...(answers !== undefined && { answers }),
    ...chosenOf(message.quick_reply?.payload),
    ...(isUnknown && { raw: Buffer.from(JSON.stringify(given)) })
  }
}

const chosenOf = (payload: string | undefined): Pick<InboundMessage, 'chosen'> =>
  payload === undefined || payload === '' || payload.length > limits.chosenChars ? {} : { chosen: payload }

const named: Record<string, string> = {
  love: '❤️',
  like: '👍',
  dislike: '👎',
  smile: '😆',
  laugh: '😆',
  wow: '😮',
  sad: '😢',
  angry: '😠'
}

function emojiOf({ emoji = '', reaction = '' }: NonNullable<PageMessaging['reaction']>): string {
  const shown = cleanLine(emoji, limits.emojiChars)
  if (shown !== '') return shown
  return (Object.hasOwn(named, reaction) ? named[reaction] : undefined) ?? '🙂'
}
