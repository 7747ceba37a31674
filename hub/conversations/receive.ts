import { Types } from 'mongoose'
import type { InboundEvent, InboundMessage } from '@palabre/channels/channel'
import { accountOf } from '../accounts/accounts.ts'
import { noteArrival } from '../accounts/health.ts'
import type { Hub } from '../hub.ts'
import { Message } from '../messages/message.model.ts'
import { reportDelivery } from '../messages/delivery.ts'
import { quarantine } from '../quarantine/quarantine.ts'
import { refuse } from '../refuse.ts'
import { storeFile, type FileMeta } from '../attachments/store.ts'
import type { Arrival } from './arrival.ts'
import { placingOf } from './place.ts'

/** What the hub adds to an event of its own clients: files uploaded before, the pre-chat form. */
export interface Extras {
  messageId?: Types.ObjectId
  attachments?: Arrival['attachments']
  clientId?: string
  form?: Record<string, string>
  email?: string
  customerOnline?: boolean
}

/**
 * Takes one inbound event for good: it is stored and journalled when this resolves. A repeat (same account and
 * external id) has no effect and says so. Throws Refusal `not-found` for an unknown account.
 */
export async function receive(
  hub: Hub,
  accountId: string,
  event: InboundEvent,
  extras: Extras = {}
): Promise<'stored' | 'repeat'> {
  const account = await accountOf(hub, accountId)
  if (!account || account.archived) return refuse('not-found')
  if (event.kind === 'delivery') return reportDelivery(hub, account, event)
  if (event.kind === 'quarantined') return quarantine(account, event)
  const id = extras.messageId ?? new Types.ObjectId()
  if (hasFiles(event) && (await isKnown(account._id, event.externalId))) return 'repeat'
  const { attachments, rawId } = await storeFiles(event, id)
  const outcome = await placingOf(hub)({
    id,
    account,
    event,
    attachments: [...(extras.attachments ?? []), ...attachments],
    rawId,
    clientId: extras.clientId,
    form: extras.form ?? {},
    email: extras.email,
    customerOnline: extras.customerOnline ?? null
  })
  noteArrival(hub, account)
  return outcome
}

const hasFiles = (event: InboundMessage) => event.raw !== undefined || (event.attachments?.length ?? 0) > 0

const isKnown = async (accountId: Types.ObjectId, externalId: string) =>
  (await Message.exists({ accountId, externalId })) !== null

async function storeFiles(event: InboundMessage, messageId: Types.ObjectId) {
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
      await storeFile(
        content,
        name,
        meta({ type, contentId, inline: contentId !== undefined, use: 'attachment' })
      )
    )
  const raw =
    event.raw &&
    (await storeFile(event.raw, 'message.eml', meta({ type: 'message/rfc822', inline: false, use: 'raw' })))
  return { attachments, rawId: raw?.id ?? null }
}
