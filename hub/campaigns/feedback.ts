import { Types } from 'mongoose'
import type { ConsentWay } from '@palabre/config/contract/consent'
import type { DeliveryReport, InboundFeedback } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { suppress } from '../suppressions/suppress.ts'
import { noteGivenUpBy, noteProgress } from './delivery.ts'
import { guardCampaign } from './guard.ts'
import { isDead } from './outcome.ts'
import { Recipient, hasLeft, type RecipientDoc } from './recipient.model.ts'
import { aboutOf, noteGivenUp, takeOff } from './suppress.ts'
import { count, settleCounts } from './tally.ts'
import type { Measure } from './tally.model.ts'

const isId = (id: string | undefined): id is string => id !== undefined && Types.ObjectId.isValid(id)

/** Writes what is new of a recipient; null when it was known, or is of no campaign. */
async function mark(
  id: string,
  moment: 'bouncedAt' | 'complainedAt' | 'unsubscribedAt',
  more: Partial<RecipientDoc>
): Promise<RecipientDoc | null> {
  const now = new Date()
  return (await Recipient.findOneAndUpdate({ _id: id, [moment]: null } as never, {
    $set: { [moment]: now, updatedAt: now, ...more }
  }).lean()) as RecipientDoc | null
}

/** Counts it with what was not known before: that it had left at all. */
function tell(hub: Hub, before: RecipientDoc, counted: Partial<Record<Measure, number>>) {
  const isNews = before.state === 'unknown'
  count(hub, before, { ...counted, ...(isNews && { unknown: -1, sent: 1 }) })
}

const proof = ({ sentAt, leftAt }: RecipientDoc) => (sentAt ? {} : { sentAt: leftAt ?? new Date() })

/** Of whom a report is: by our id, which the far side hands back, else by its own of the message. */
async function recipientNamed({ messageId, externalId }: DeliveryReport): Promise<RecipientDoc | null> {
  if (isId(messageId)) return (await Recipient.findById(messageId).lean()) as RecipientDoc | null
  if (externalId === undefined) return null
  return (await Recipient.findOne({
    externalId: { $eq: externalId, $type: 'string' }
  }).lean()) as RecipientDoc | null
}

/**
 * Takes what a server says of a campaign's mail after it took it. A dead address is taken off at once; a full mailbox is
 * counted. Null when it is of no campaign.
 */
export async function takeReport(hub: Hub, report: DeliveryReport): Promise<'stored' | 'repeat' | null> {
  const { state, failure, reason = '', temporary = false, status = '' } = report
  const known = await recipientNamed(report)
  if (!known) return null
  if (state !== 'failed') return noteProgress(hub, known, report)
  if (failure !== undefined) return noteGivenUpBy(hub, known, report)
  const isHard = !temporary && (status === '' || isDead(status))
  const before = await mark(known._id.toHexString(), 'bouncedAt', {
    reason,
    isHard,
    ...proof(known),
    ...(!temporary && { state: 'bounced' })
  })
  if (!before) return known.isHard || !isHard ? 'repeat' : hardened(hub, known, reason)
  tell(hub, before, isHard ? { hardBounces: 1 } : { softBounces: 1 })
  if (isHard) await takeOff(hub, before, 'hard-bounce')
  await guardAfter(hub, before)
  return 'stored'
}

/** A full mailbox that turned out to be a dead one. */
async function hardened(hub: Hub, known: RecipientDoc, reason: string): Promise<'stored' | 'repeat'> {
  const { modifiedCount } = await Recipient.updateOne(
    { _id: known._id, isHard: false },
    { $set: { isHard: true, state: 'bounced', reason, updatedAt: new Date() } }
  )
  if (modifiedCount === 0) return 'repeat'
  count(hub, known, { hardBounces: 1, softBounces: -1 })
  await takeOff(hub, known, 'hard-bounce')
  await guardAfter(hub, known)
  return 'stored'
}

/** Something came back that only somebody who has the mail can send: it has left. */
export async function provesLeaving(hub: Hub, recipient: RecipientDoc): Promise<boolean> {
  if (recipient.state !== 'unknown') return false
  const { modifiedCount } = await Recipient.updateOne(
    { _id: recipient._id, state: 'unknown' },
    { $set: { state: 'sent', updatedAt: new Date(), ...proof(recipient) } }
  )
  if (modifiedCount > 0) count(hub, recipient, { unknown: -1, sent: 1 })
  return modifiedCount > 0
}

/** Takes that a recipient called a mail spam, or wants no more. Null when it is of no campaign. */
export async function takeFeedback(hub: Hub, event: InboundFeedback): Promise<'stored' | 'repeat' | null> {
  if (event.from) return endAll(hub, event.from)
  if (!isId(event.messageId)) return null
  const known = (await Recipient.findById(event.messageId).lean()) as RecipientDoc | null
  if (!known) return null
  return event.about === 'complaint' ? complain(hub, known) : unsubscribeOf(hub, known, { way: 'mail' })
}

/** How far back somebody who wants no more of it may mean a campaign. */
const meantMs = 30 * 86_400_000

/** Takes somebody off who says so without naming anything of ours; the last campaign that they were sent counts it. */
async function endAll(
  hub: Hub,
  { point, address }: NonNullable<InboundFeedback['from']>
): Promise<'stored' | 'repeat'> {
  const meant = (await Recipient.findOne({
    address,
    countedAt: { $gt: new Date(Date.now() - meantMs), $type: 'date' }
  })
    .sort({ countedAt: -1 })
    .lean()) as RecipientDoc | null
  const about = meant && (await aboutOf(meant.campaignId))
  const added = await suppress(hub, [
    {
      kind: point === 'email' ? 'email' : 'phone',
      address,
      purposeId: null,
      reason: 'unsubscribe',
      note: about?.name ?? ''
    }
  ])
  if (!meant) return added > 0 ? 'stored' : 'repeat'
  await noteGivenUp(hub, meant, { everything: true, way: point === 'email' ? 'mail' : 'reply' })
  return noteUnsubscribed(hub, meant)
}

async function complain(hub: Hub, known: RecipientDoc): Promise<'stored' | 'repeat'> {
  // First of all nothing more is sent: a repeat must find that done.
  await takeOff(hub, known, 'complaint')
  const before = await mark(known._id.toHexString(), 'complainedAt', { state: 'complained', ...proof(known) })
  if (!before) return 'repeat'
  tell(hub, before, { complaints: 1 })
  await guardAfter(hub, before)
  return 'stored'
}

/** Takes a recipient off: for what the campaign was for, or for everything. */
export async function unsubscribeOf(
  hub: Hub,
  known: RecipientDoc,
  { way, ...what }: { everything?: boolean; purposeIds?: string[]; way: ConsentWay }
): Promise<'stored' | 'repeat'> {
  await takeOff(hub, known, 'unsubscribe', { everything: false, ...what })
  await noteGivenUp(hub, known, { ...what, way })
  return noteUnsubscribed(hub, known)
}

async function noteUnsubscribed(hub: Hub, known: RecipientDoc): Promise<'stored' | 'repeat'> {
  const mayMove = hasLeft.includes(known.state) && known.state !== 'complained' && known.state !== 'bounced'
  const before = await mark(known._id.toHexString(), 'unsubscribedAt', {
    ...(mayMove && { state: 'unsubscribed', ...proof(known) })
  })
  if (!before) return 'repeat'
  tell(hub, before, { unsubscribes: 1 })
  return 'stored'
}

async function guardAfter(hub: Hub, { campaignId }: RecipientDoc) {
  await settleCounts(hub)
  await guardCampaign(hub, campaignId)
}
