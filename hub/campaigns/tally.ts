import type { AnyBulkWriteOperation, Types } from 'mongoose'
import type { CampaignCounts } from '@palabre/config/contract/campaign'
import type { Hub } from '../hub.ts'
import { Campaign, presentProgress, rememberCounts, type CampaignDoc } from './campaign.model.ts'
import { Recipient } from './recipient.model.ts'
import {
  Tally,
  countsOf,
  measures,
  tallyId,
  type Measure,
  type TallyDoc,
  type TallyKind
} from './tally.model.ts'

type Counted = Partial<Record<Measure, number>>
/** Whose counts change. */
export interface Of {
  campaignId: Types.ObjectId
  domain: string
  variant: string | null
}

const slotSeconds = 300
const flushMs = 500

export const slotOf = (at: number): string => String(Math.floor(at / 1000 / slotSeconds) * slotSeconds)

interface Gathered {
  campaignId: Types.ObjectId
  kind: TallyKind
  key: string
  counted: Counted
}

interface Buffer {
  gathered: Map<string, Gathered>
  timer: NodeJS.Timeout | null
  writing: Promise<void>
}
const buffers = new WeakMap<Hub, Buffer>()
const listeners = new WeakMap<Hub, (campaignId: string, counts: CampaignCounts) => void>()

function bufferOf(hub: Hub): Buffer {
  let buffer = buffers.get(hub)
  if (!buffer) {
    buffer = { gathered: new Map(), timer: null, writing: Promise.resolve() }
    buffers.set(hub, buffer)
  }
  return buffer
}

function add(buffer: Buffer, campaignId: Types.ObjectId, kind: TallyKind, key: string, counted: Counted) {
  const id = tallyId(campaignId, kind, key)
  const known = buffer.gathered.get(id)
  if (!known) {
    buffer.gathered.set(id, { campaignId, kind, key, counted: { ...counted } })
    return
  }
  for (const measure of measures) {
    const more = counted[measure]
    if (more) known.counted[measure] = (known.counted[measure] ?? 0) + more
  }
}

/** Counts what happened to a recipient; what half a second brings is written together. */
export function count(hub: Hub, of: Of, counted: Counted, at = Date.now()): void {
  const buffer = bufferOf(hub)
  add(buffer, of.campaignId, 'all', '', counted)
  add(buffer, of.campaignId, 'domain', of.domain, counted)
  if (of.variant !== null) add(buffer, of.campaignId, 'subject', of.variant, counted)
  add(buffer, of.campaignId, 'slot', slotOf(at), counted)
  plan(hub, buffer)
}

/** Counts a click on a link. */
export function countLink(hub: Hub, campaignId: Types.ObjectId, link: number, counted: Counted): void {
  const buffer = bufferOf(hub)
  add(buffer, campaignId, 'link', String(link), counted)
  plan(hub, buffer)
}

function plan(hub: Hub, buffer: Buffer) {
  buffer.timer ??= setTimeout(() => {
    buffer.timer = null
    buffer.writing = buffer.writing.then(() => write(hub, buffer))
  }, flushMs)
}

async function write(hub: Hub, buffer: Buffer): Promise<void> {
  const batch = [...buffer.gathered]
  buffer.gathered = new Map()
  if (batch.length === 0) return
  const writes: AnyBulkWriteOperation[] = batch.map(([_id, { campaignId, kind, key, counted }]) => ({
    updateOne: {
      filter: { _id } as never,
      update: { $inc: counted, $setOnInsert: { campaignId, kind, key } } as never,
      upsert: true
    }
  }))
  try {
    // Put right by a count of the recipients when it is lost: it need not wait for the journal.
    await Tally.collection.bulkWrite(writes as never, { ordered: false, writeConcern: { w: 1 } })
    const ids = new Map(batch.map(([, { campaignId }]) => [campaignId.toHexString(), campaignId]))
    for (const id of ids.values()) await tellProgress(hub, id)
  } catch (error) {
    hub.log.warn({ err: error }, 'counts of a campaign could not be written; they are counted again')
  }
}

/** Resolves when everything counted so far in this process is written. */
export async function settleCounts(hub: Hub): Promise<void> {
  const buffer = bufferOf(hub)
  if (buffer.timer) {
    clearTimeout(buffer.timer)
    buffer.timer = null
    buffer.writing = buffer.writing.then(() => write(hub, buffer))
  }
  await buffer.writing
}

/** Calls whenever counts of a campaign were written here: for whoever watches them. */
export const onCounts = (hub: Hub, hear: (campaignId: string, counts: CampaignCounts) => void) => {
  listeners.set(hub, hear)
}

export async function readCounts(campaignId: Types.ObjectId): Promise<CampaignCounts> {
  return countsOf((await Tally.findById(tallyId(campaignId, 'all', '')).lean()) as TallyDoc | null)
}

/** Tells where a campaign stands. */
export async function tellProgress(hub: Hub, campaignId: Types.ObjectId): Promise<void> {
  const [doc, counts] = await Promise.all([
    Campaign.findById(campaignId, {
      message: 0,
      template: 0,
      compiled: 0,
      log: 0
    }).lean() as Promise<CampaignDoc | null>,
    readCounts(campaignId)
  ])
  if (!doc) return
  rememberCounts(campaignId.toHexString(), counts)
  hub.stream.publish({
    name: 'campaign.changed',
    payload: { campaign: presentProgress(doc, counts) },
    topics: ['campaigns']
  })
  listeners.get(hub)?.(campaignId.toHexString(), counts)
}

const isSet = (field: string) => ({ $cond: [{ $gt: [`$${field}`, null] }, 1, 0] })
const isState = (...states: string[]) => ({ $cond: [{ $in: ['$state', states] }, 1, 0] })

const sums = {
  recipients: { $sum: 1 },
  waiting: { $sum: isState('waiting') },
  deferred: {
    $sum: {
      $cond: [
        { $and: [{ $gt: ['$attempts', 0] }, { $in: ['$state', ['deferred', 'claimed', 'sending']] }] },
        1,
        0
      ]
    }
  },
  sent: { $sum: isSet('sentAt') },
  delivered: { $sum: isSet('deliveredAt') },
  read: { $sum: isSet('readAt') },
  unknown: { $sum: isState('unknown') },
  failed: { $sum: isState('failed') },
  suppressed: { $sum: isState('suppressed') },
  stopped: { $sum: isState('stopped') },
  hardBounces: { $sum: { $cond: ['$isHard', 1, 0] } },
  softBounces: { $sum: { $cond: [{ $and: [{ $gt: ['$bouncedAt', null] }, { $not: ['$isHard'] }] }, 1, 0] } },
  complaints: { $sum: isSet('complainedAt') },
  unsubscribes: { $sum: isSet('unsubscribedAt') },
  opened: { $sum: isSet('openedAt') },
  clicked: { $sum: isSet('clickedAt') },
  clicks: { $sum: '$clicks' },
  replies: { $sum: isSet('repliedAt') },
  autoReplies: { $sum: isSet('autoRepliedAt') }
}

/** Moments of a recipient, and what each counts in the five minutes in which it was. */
const moments = {
  sentAt: 'sent',
  deliveredAt: 'delivered',
  readAt: 'read',
  openedAt: 'opened',
  clickedAt: 'clicked',
  unsubscribedAt: 'unsubscribes',
  complainedAt: 'complaints'
} as const

/**
 * Counts the recipients of a campaign anew: after a process died with what it had counted, and at the end. What is
 * counted meanwhile elsewhere may be off by that until the next count.
 */
export async function recount(hub: Hub, campaignId: Types.ObjectId): Promise<void> {
  await settleCounts(hub)
  const groups: { kind: TallyKind; key: string; counted: Counted }[] = []
  const by = async (kind: TallyKind, field: string | null, match: Record<string, unknown> = {}) => {
    const rows = (await Recipient.aggregate([
      { $match: { campaignId, ...match } },
      { $group: { _id: field === null ? '' : `$${field}`, ...sums } }
    ])) as (Counted & { _id: string })[]
    for (const { _id, ...counted } of rows) groups.push({ kind, key: _id, counted })
  }
  await by('all', null)
  await by('domain', 'domain')
  await by('subject', 'variant', { variant: { $ne: null } })
  for (const [field, measure] of Object.entries(moments)) {
    const rows = (await Recipient.aggregate([
      { $match: { campaignId, [field]: { $type: 'date' } } },
      {
        $group: {
          _id: { $floor: { $divide: [{ $toLong: `$${field}` }, slotSeconds * 1000] } },
          n: { $sum: 1 }
        }
      }
    ])) as { _id: number; n: number }[]
    for (const { _id, n } of rows)
      groups.push({ kind: 'slot', key: String(_id * slotSeconds), counted: { [measure]: n } })
  }
  if (groups.length === 0) return
  await Tally.collection.bulkWrite(
    groups.map(({ kind, key, counted }) => ({
      updateOne: {
        filter: { _id: tallyId(campaignId, kind, key) },
        update: { $set: { ...counted, campaignId, kind, key } },
        upsert: true
      }
    })) as never,
    { ordered: false }
  )
  await tellProgress(hub, campaignId)
}

/** Is anybody left to whom it may still go? */
export const isAnybodyLeft = async (campaignId: Types.ObjectId): Promise<boolean> =>
  (await Recipient.exists({
    campaignId,
    state: { $in: ['waiting', 'pending', 'deferred', 'claimed', 'sending'] }
  })) !== null
