import { Types } from 'mongoose'
import type { InboundEvent, InboundMessage } from '@palabre/channels/channel'
import type { AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { noteArrival } from '../accounts/health.ts'
import type { Hub } from '../hub.ts'
import { Message, type MessageDoc } from '../messages/message.model.ts'
import { receiveAbout, takeReadUntil } from '../messages/about.ts'
import { quarantine } from '../quarantine/quarantine.ts'
import { refuse } from '../refuse.ts'
import type { FileMeta } from '../attachments/store.ts'
import { takeFeedback, takeReport } from '../campaigns/feedback.ts'
import { withCampaign } from '../campaigns/meant.ts'
import { noteReply } from '../campaigns/reply.ts'
import { takeIn } from '../attachments/take-in.ts'
import type { Arrival, QueueChoice } from './arrival.ts'
import { placingOf } from './place.ts'

const noticesMs = 5000

/** What the hub adds to an event of its own clients: files uploaded before, the pre-chat form. */
export interface Extras {
  messageId?: Types.ObjectId
  attachments?: Arrival['attachments']
  clientId?: string
  form?: Record<string, string>
  email?: string
  emailVerified?: boolean
  customerOnline?: boolean
  isFirst?: boolean
  into?: QueueChoice
}

/**
 * Takes one inbound event for good: it is stored and journalled when this resolves. A repeat (same account and
 * external id) has no effect and says so. Throws Refusal `not-found` for an unknown account.
 */
export async function receive(
  hub: Hub,
  accountId: string,
  event: InboundEvent
): Promise<'stored' | 'repeat'> {
  if (event.kind === 'message') return (await receiveMessage(hub, accountId, event)) ? 'stored' : 'repeat'
  const account = await activeAccount(hub, accountId)
  switch (event.kind) {
    case 'delivery':
      return (await takeReport(hub, event)) ?? receiveAbout(hub, account, event)
    case 'feedback':
      // Of a mail that was forgotten since, nothing is left to be said.
      return (await takeFeedback(hub, event)) ?? 'repeat'
    case 'reaction':
    case 'amendment':
      return receiveAbout(hub, account, event)
    case 'read-until':
      return takeReadUntil(hub, account, event)
    case 'notice':
      askForTemplates(hub, accountId)
      return 'stored'
    case 'quarantined':
      return quarantine(account, event)
  }
}

/** Asks once for all notices of a few seconds, when these are over: what is told while it asks is asked for again. */
function askForTemplates(hub: Hub, accountId: string) {
  const slot = Math.ceil(Date.now() / noticesMs)
  hub.schedule(
    'template.sync',
    { accountId },
    { key: `${accountId}-${String(slot)}`, at: new Date(slot * noticesMs) }
  )
}

/** Takes one message like `receive`; the message as stored and placed, or null for a repeat. */
export async function receiveMessage(
  hub: Hub,
  accountId: string,
  given: InboundMessage,
  extras: Extras = {}
): Promise<MessageDoc | null> {
  const account = await activeAccount(hub, accountId)
  const event = await withCampaign(hub, account, given)
  const id = extras.messageId ?? new Types.ObjectId()
  if (hasFiles(event) && (await isKnown(account._id, event.externalId))) return null
  const { attachments, rawId } = await storeFiles(hub, event, id)
  const message = await placingOf(hub)({
    id,
    account,
    event,
    attachments: [...(extras.attachments ?? []), ...attachments],
    rawId,
    clientId: extras.clientId,
    form: extras.form ?? {},
    email: extras.email,
    emailVerified: extras.emailVerified,
    customerOnline: extras.customerOnline ?? null,
    isFirst: extras.isFirst,
    into: extras.into
  })
  noteArrival(hub, account)
  if (message) await noteReply(hub, event)
  if (message?.mediaAt)
    hub.schedule('media.fetch', { messageId: id.toHexString() }, { key: id.toHexString() })
  return message
}

async function activeAccount(hub: Hub, id: string): Promise<AccountDoc> {
  const account = await accountOf(hub, id)
  return account && !account.archived ? account : refuse('not-found')
}

const hasFiles = (event: InboundMessage) => event.raw !== undefined || (event.attachments?.length ?? 0) > 0

const isKnown = async (accountId: Types.ObjectId, externalId: string) =>
  (await Message.exists({ accountId, externalId: { $eq: externalId, $type: 'string' } })) !== null

async function storeFiles(hub: Hub, event: InboundMessage, messageId: Types.ObjectId) {
  const meta = (
    rest: Pick<FileMeta, 'type' | 'inline' | 'use'> & { contentId?: string | undefined }
  ): FileMeta => ({
    interactionId: null,
    visitKey: null,
    messageId,
    byId: null,
    ...rest
  })
  const attachments = []
  for (const { name, type, content, contentId } of event.attachments ?? [])
    attachments.push(
      await takeIn(
        hub,
        content,
        name,
        meta({ type, contentId, inline: contentId !== undefined, use: 'attachment' })
      )
    )
  const raw =
    event.raw &&
    (await takeIn(hub, event.raw, 'message.eml', meta({ type: 'message/rfc822', inline: false, use: 'raw' })))
  return { attachments, rawId: raw?.id ?? null }
}
