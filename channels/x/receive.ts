import { createHash } from 'node:crypto'
import { ChannelError, type InboundEvent, type WebhookRequest } from '../channel.ts'
import {
  isActivity,
  isDeleted,
  isDirect,
  isEnvelope,
  isEvent,
  isPost,
  isRead,
  isStatus,
  type Activity,
  type Direct,
  type Envelope
} from './payload.ts'
import { isMention, saidInEvent, saidInStatus } from './read-activity.ts'
import { saidInPost } from './read-page.ts'
import { messageFrom, momentOf, postFrom, postId } from './said.ts'
import { costsUnknown, settingsOf, type XAccount, type XSettings } from './settings.ts'
import { checkSignature, viaOf } from './signature.ts'

/**
 * One call of the webhook, proved to be X's, as events in the order given. One app has one webhook for all of its
 * accounts: each call says whom it is for. Throws ChannelError('rejected').
 */
export function receive(request: WebhookRequest, account: XAccount): InboundEvent[] {
  const settings = settingsOf(account)
  checkSignature(request, settings.consumerSecret)
  if (!settings.knowsCost) throw new ChannelError('rejected', costsUnknown)
  const call = jsonOf(request.rawBody)
  const via = (own: string) => viaOf(settings.consumerSecret, own)
  if (isActivity.Check(call)) return told(activityIn(call, settings), via(call.for_user_id))
  if (isEnvelope.Check(call)) return told(envelopeIn(call, settings), via(call.data.filter.user_id))
  // X tells apart that somebody has taken back what the app may do; the next look at the account shows it.
  if (typeof call === 'object' && call !== null && 'user_event' in call) return []
  return [unread(call, 'It is no call of an activity API')]
}

const told = (events: InboundEvent[], via: string): InboundEvent[] =>
  events.map((event) => ({ ...event, via }))

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch (error) {
    throw new ChannelError('rejected', 'The call cannot be read', { cause: error })
  }
}

function activityIn(call: Activity, { takeMessages, takeMentions }: XSettings): InboundEvent[] {
  const { for_user_id: own } = call
  return [...(takeMessages ? messagesIn(call, own) : []), ...(takeMentions ? mentionsIn(call, own) : [])]
}

function messagesIn(call: Direct, own: string): InboundEvent[] {
  const { direct_message_events: events = [], direct_message_mark_read_events: reads = [], users } = call
  return [
    ...events.flatMap((event): InboundEvent[] => {
      if (!isEvent.Check(event)) return [unread(event, 'A direct message has not the form of one')]
      const said = saidInEvent(event, users)
      const isForUs = event.message_create?.target.recipient_id === own
      return said && isForUs && said.by !== own ? [messageFrom(said)] : []
    }),
    ...reads.flatMap((read): InboundEvent[] => {
      if (!isRead.Check(read)) return [unread(read, 'A receipt has not the form of one')]
      const until = momentOf(String(read.created_timestamp))
      return read.sender_id === own || !until ? [] : [{ kind: 'read-until', address: read.sender_id, until }]
    })
  ]
}

function mentionsIn(call: Activity, own: string): InboundEvent[] {
  const { tweet_create_events: created = [], tweet_delete_events: deleted = [] } = call
  return [
    ...created.flatMap((status): InboundEvent[] => {
      if (!isStatus.Check(status)) return [unread(status, 'A post has not the form of one')]
      return isMention(status, own) ? postFrom(saidInStatus(status)) : []
    }),
    ...deleted.flatMap((one): InboundEvent[] => {
      if (!isDeleted.Check(one)) return [unread(one, 'A deletion has not the form of one')]
      const { id, user_id: address } = one.status
      const at = momentOf(one.timestamp_ms === undefined ? undefined : String(one.timestamp_ms))
      // What we took back ourselves was never a message of a customer's.
      return address === own
        ? []
        : [{ kind: 'amendment', address, of: postId(id), text: null, ...(at && { at }) }]
    })
  ]
}

/** The X Activity API tells one thing a call: messages as before, posts as version 2 of the API has them. */
function envelopeIn({ data }: Envelope, { takeMessages, takeMentions }: XSettings): InboundEvent[] {
  const { event_type: type, payload, includes, filter } = data
  const own = filter.user_id
  switch (type) {
    case 'dm.received':
    case 'dm.read':
      if (!takeMessages) return []
      return isDirect.Check(payload)
        ? messagesIn(payload, own)
        : [unread(payload, 'There are no messages in it')]
    case 'post.mention.create':
    case 'post.reply.create':
      if (!takeMentions) return []
      if (!isPost.Check(payload)) return [unread(payload, 'A post has not the form of one')]
      return payload.author_id === own ? [] : postFrom(saidInPost(payload, includes))
    default:
      return []
  }
}

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
