import { Types } from 'mongoose'
import type { VisitorFrame } from '@palabre/config/contract/visitor'
import { claimFiles } from '../attachments/store.ts'
import type { AccountDoc } from '../accounts/account.model.ts'
import { receiveMessage } from '../conversations/receive.ts'
import type { Hub } from '../hub.ts'
import { abandonInteraction } from '../interactions/close.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { writeInteraction } from '../interactions/write.ts'
import { Message, type MessageDoc } from '../messages/message.model.ts'
import { found, refuse } from '../refuse.ts'
import { catalogOf } from '../settings/catalog.ts'
import { isOpen } from '../settings/opening.ts'
import type { Standing } from './standing.ts'
import type { Visit } from './token.ts'

type Say = Extract<VisitorFrame, { type: 'say' }>

/** Takes what a visitor says. A repeat of the same clientId gives the message that was stored first. */
export async function sayInVisit(
  hub: Hub,
  account: AccountDoc,
  visit: Visit,
  standing: Standing,
  { clientId, text, attachmentIds = [], form }: Say
): Promise<MessageDoc> {
  const externalId = `${visit.address}:${clientId}`
  const open = standing.interaction && !['wrapup', 'closed'].includes(standing.interaction.state)
  if (!open) await checkOpen(hub, account)
  if (!text.trim() && attachmentIds.length === 0)
    refuse('invalid-input', undefined, [{ path: 'text', message: 'is empty' }])
  const messageId = new Types.ObjectId()
  const visitKey = `${account._id.toHexString()}:${visit.address}`
  const attachments =
    (await claimFiles(attachmentIds, (meta) => meta.visitKey === visitKey, messageId, null)) ??
    refuse('unknown-reference', 'attachment')
  const name = visit.name || form?.name?.trim() || ''
  const email = visit.email || form?.email?.trim().toLowerCase()
  const stored = await receiveMessage(
    hub,
    account._id.toHexString(),
    {
      kind: 'message',
      address: visit.address,
      externalId,
      text,
      name: name || standing.interaction?.contactName || visitorName(visit)
    },
    {
      messageId,
      attachments,
      clientId,
      customerOnline: true,
      // Nobody but they themselves can have written from an address that was made for them.
      isFirst: !visit.verified && standing.conversationId === null,
      ...(email && { email, emailVerified: visit.verified }),
      form: form?.fields ?? {}
    }
  )
  return (
    stored ??
    found(
      (await Message.findOne({
        accountId: account._id,
        externalId: { $eq: externalId, $type: 'string' }
      }).lean()) as MessageDoc | null
    )
  )
}

/** A name for those who gave none, the same each time. */
const visitorName = ({ address }: Visit) => `Visitor ${address.slice(-4).toUpperCase()}`

async function checkOpen(hub: Hub, account: AccountDoc) {
  const catalog = await catalogOf(hub)
  const queue = catalog.queue(account.queueId.toHexString())
  if (!isOpen(catalog.calendar(queue?.calendarId ?? null), new Date())) refuse('outside-hours')
}

/** The visitor leaves for good; the interaction as it is then, null when there is none. */
export async function endVisit(hub: Hub, { interaction }: Standing): Promise<InteractionDoc | null> {
  return interaction && abandonInteraction(hub, interaction.id)
}

/** Keeps the customer's rating with the interaction; a later one replaces it. Refuses `not-found` without one. */
export async function rateVisit(
  hub: Hub,
  { interaction }: Standing,
  { score, comment = '' }: { score: number; comment?: string | undefined }
): Promise<InteractionDoc> {
  if (!interaction) return refuse('not-found')
  const { doc } = await writeInteraction(hub, interaction.id, () => ({
    set: { rating: { score, comment } },
    entries: [{ name: 'rated', figures: { score } }]
  }))
  return doc
}

/** Shows the agent whether the customer is there. */
export async function noteOnline(hub: Hub, { interaction }: Standing, online: boolean): Promise<void> {
  if (!interaction || interaction.state === 'closed') return
  await writeInteraction(hub, interaction.id, (doc) =>
    doc.customerOnline === online || doc.state === 'closed'
      ? null
      : { set: { customerOnline: online }, entries: [] }
  )
}
