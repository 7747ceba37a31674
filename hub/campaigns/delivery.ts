import type { Types } from 'mongoose'
import type { BulkFailure } from '@palabre/channels/bulk'
import type { DeliveryReport } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { setDelivery } from '../messages/delivery.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { campaignNow } from './clock.ts'
import { pauseForFailure } from './failing.ts'
import { guardCampaign } from './guard.ts'
import { pauseOf } from './outcome.ts'
import { Recipient, type RecipientDoc } from './recipient.model.ts'
import { noteGivenUp, takeOff } from './suppress.ts'
import { count, settleCounts } from './tally.ts'
import type { Measure } from './tally.model.ts'

type Heard = 'stored' | 'repeat'

/** States in which what is told of a message proves that it has left, whatever was known before. */
const disproved = ['unknown', 'pending', 'deferred', 'claimed'] as const

/**
 * Takes that a message was taken, delivered or read: each is counted once, in whatever order they come. What is told of
 * an attempt that was given up says nothing of the next one.
 */
export async function noteProgress(
  hub: Hub,
  known: RecipientDoc,
  { state, externalId, at = new Date() }: DeliveryReport
): Promise<Heard> {
  if (externalId !== undefined && known.givenUp?.includes(externalId)) return 'repeat'
  const isDelivered = state === 'delivered' || state === 'read'
  const now = new Date()
  const before = (await Recipient.findOneAndUpdate(
    {
      _id: known._id,
      ...(externalId !== undefined && { givenUp: { $ne: externalId } }),
      $or: [
        { state: { $in: disproved } },
        ...(externalId === undefined ? [] : [{ externalId: null }]),
        ...(isDelivered ? [{ deliveredAt: null }] : []),
        ...(state === 'read' ? [{ readAt: null }] : [])
      ]
    } as never,
    [
      {
        $set: {
          updatedAt: now,
          ...(externalId !== undefined && { externalId: { $ifNull: ['$externalId', externalId] } }),
          ...(isDelivered && { deliveredAt: { $ifNull: ['$deliveredAt', at] } }),
          ...(state === 'read' && { readAt: { $ifNull: ['$readAt', at] } }),
          state: { $cond: [{ $in: ['$state', disproved] }, 'sent', '$state'] },
          sentAt: {
            $cond: [
              { $in: ['$state', disproved] },
              { $ifNull: ['$sentAt', { $ifNull: ['$leftAt', now] }] },
              '$sentAt'
            ]
          }
        }
      }
    ],
    { updatePipeline: true }
  ).lean()) as RecipientDoc | null
  if (!before) return 'repeat'
  count(hub, before, {
    ...(isDelivered && !before.deliveredAt && { delivered: 1 }),
    ...(state === 'read' && !before.readAt && { read: 1 }),
    ...provedBy(before)
  })
  // It stands in the conversation with who answered.
  if (before.repliedAt && state !== 'failed') await setDelivery(hub, { _id: before._id }, state)
  return 'stored'
}

const provedBy = ({ state, attempts }: RecipientDoc): Partial<Record<Measure, number>> => {
  if (state === 'unknown') return { unknown: -1, sent: 1 }
  const isWaiting = (disproved as readonly string[]).includes(state)
  return isWaiting ? { sent: 1, ...(attempts > 0 && { deferred: -1 }) } : {}
}

/** Counts one as sent of which the platform told before its sender knew that it was taken. */
export async function provesTaken(hub: Hub, _id: Types.ObjectId): Promise<void> {
  const before = (await Recipient.findOneAndUpdate(
    { _id, state: 'unknown', externalId: { $type: 'string' } },
    [{ $set: { state: 'sent', sentAt: { $ifNull: ['$sentAt', '$leftAt'] } } }],
    { updatePipeline: true }
  ).lean()) as RecipientDoc | null
  if (before) count(hub, before, { unknown: -1, sent: 1 })
}

/** What was taken, and what of it may fail afterwards. */
const mayFail = ['sending', 'sent', 'unknown'] as const

/** Takes that a platform gave up what it had taken: for good, for now, or because it lets nothing of ours out. */
export async function noteGivenUpBy(
  hub: Hub,
  known: RecipientDoc,
  { externalId, reason = '', failure = 'refused' }: DeliveryReport
): Promise<Heard> {
  const campaign = (await Campaign.findById(known.campaignId, { accountId: 1, state: 1 }).lean()) as Pick<
    CampaignDoc,
    '_id' | 'accountId' | 'state'
  > | null
  const isOpen = campaign?.state === 'running' || campaign?.state === 'paused'
  const after = fateOf(known, failure, isOpen)
  // First of all nothing more is sent: a repeat must find that done.
  if (failure === 'unwanted') {
    await takeOff(hub, known, 'unsubscribe', { everything: true })
    await noteGivenUp(hub, known, { everything: true, way: 'platform' })
  }
  const before = (await Recipient.findOneAndUpdate(
    {
      _id: known._id,
      state: { $in: mayFail },
      deliveredAt: null,
      ...(externalId !== undefined && {
        givenUp: { $ne: externalId },
        externalId: { $in: [null, externalId] }
      })
    } as never,
    {
      $set: { ...after, reason: after.state === 'suppressed' ? 'unsubscribe' : reason, sentAt: null },
      ...(externalId !== undefined && { $addToSet: { givenUp: externalId } }),
      // Written to again, it is another message.
      ...(after.state === 'deferred' && { $unset: { externalId: '', countedAt: '' } })
    } as never
  ).lean()) as RecipientDoc | null
  if (!before) return 'repeat'
  const { sentAt } = before
  if (sentAt) count(hub, before, { sent: -1 }, sentAt.getTime())
  count(hub, before, { [after.state]: 1, ...(before.state === 'unknown' && { unknown: -1 }) })
  if (campaign && isOpen && (failure === 'unauthorized' || failure === 'withdrawn'))
    await pauseForFailure(hub, campaign, failure, reason)
  await settleCounts(hub)
  if (after.state === 'failed') await guardCampaign(hub, before.campaignId)
  return 'stored'
}

/** Failures that say nothing of the recipient, so that they may be written to again. */
const notTheirs = new Set<BulkFailure>(['later', 'busy', 'slow', 'unreachable', 'unauthorized', 'withdrawn'])

function fateOf(
  { attempts }: RecipientDoc,
  failure: BulkFailure,
  isOpen: boolean
): Partial<RecipientDoc> & { state: 'failed' | 'suppressed' | 'deferred' } {
  const updatedAt = new Date()
  if (failure === 'unwanted') return { state: 'suppressed', updatedAt }
  const pause = pauseOf(attempts, { failure, retryAfterMs: 0 })
  if (!isOpen || pause === null || !notTheirs.has(failure)) return { state: 'failed', updatedAt }
  const dueAt = new Date(campaignNow() + pause)
  return { state: 'deferred', dueAt, claim: null, leftAt: null, attempts: Math.max(1, attempts), updatedAt }
}
