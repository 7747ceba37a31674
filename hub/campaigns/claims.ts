import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { Recipient, dueIndex, type RecipientDoc } from './recipient.model.ts'
import { count } from './tally.ts'

const due = ['pending', 'deferred'] as const

/**
 * Takes up to `most` recipients of a campaign that are due, of domains that are not shut, at most `room(domain)` of each.
 * Whoever else wants them finds them taken.
 */
export async function claimDue(
  campaign: CampaignDoc,
  by: string,
  {
    now,
    most,
    shut,
    room
  }: { now: number; most: number; shut: readonly string[]; room: (domain: string) => number }
): Promise<RecipientDoc[]> {
  const full = new Set(shut)
  const taken: RecipientDoc[] = []
  while (taken.length < most) {
    const wanted = most - taken.length
    const shutBefore = full.size
    const candidates = (await Recipient.find(
      {
        campaignId: campaign._id,
        state: { $in: due },
        ...(full.size > 0 && { domain: { $nin: [...full] } }),
        dueAt: { $lte: new Date(now) }
      },
      { domain: 1 }
    )
      .hint(dueIndex)
      .limit(wanted)
      .lean()) as Pick<RecipientDoc, '_id' | 'domain'>[]
    const chosen: Types.ObjectId[] = []
    const rooms = new Map<string, number>()
    for (const { _id, domain } of candidates) {
      const left = rooms.get(domain) ?? room(domain)
      if (left > 0) chosen.push(_id)
      rooms.set(domain, left - 1)
      if (left <= 1) full.add(domain)
    }
    if (chosen.length > 0) taken.push(...(await take(chosen, by)))
    if (candidates.length < wanted && full.size === shutBefore) break
    if (chosen.length === 0 && full.size === shutBefore) break
  }
  return taken
}

async function take(ids: Types.ObjectId[], by: string): Promise<RecipientDoc[]> {
  await Recipient.updateMany(
    { _id: { $in: ids }, state: { $in: due } },
    { $set: { state: 'claimed', claim: { by }, updatedAt: new Date() } }
  )
  return (await Recipient.find({
    _id: { $in: ids },
    state: 'claimed',
    'claim.by': by
  }).lean()) as RecipientDoc[]
}

/** Gives back what was taken and has not left. Of what was tried before it is remembered that it was. */
export async function giveBack(filter: Record<string, unknown>, dueAt?: Date): Promise<void> {
  const set = { claim: null, updatedAt: new Date(), ...(dueAt && { dueAt }) }
  const taken = { ...filter, state: 'claimed' }
  await Recipient.updateMany({ ...taken, attempts: 0 } as never, { $set: { ...set, state: 'pending' } })
  await Recipient.updateMany({ ...taken, attempts: { $gt: 0 } } as never, {
    $set: { ...set, state: 'deferred' }
  })
}

/** Gives back what was noted as leaving, and is known not to have left. */
export async function takeBack(_id: Types.ObjectId, by: string, dueAt?: Date): Promise<void> {
  await Recipient.updateOne(
    { _id, state: 'sending', 'claim.by': by },
    { $set: { state: 'claimed', leftAt: null }, $unset: { countedAt: '' } }
  )
  await giveBack({ _id, 'claim.by': by }, dueAt)
}

/**
 * Settles what others held who are gone: what they had not begun is free again; what they had noted as leaving may have
 * left, so it never leaves again, and says so. Whoever was only slow can still tell what became of it.
 */
export async function recoverClaims(hub: Hub, campaignIds: Types.ObjectId[], by: string): Promise<number> {
  const others = { campaignId: { $in: campaignIds }, 'claim.by': { $ne: by } }
  await giveBack(others)
  const begun = (await Recipient.find({ ...others, state: 'sending' }).lean()) as RecipientDoc[]
  // The far side has told something of these: it has them.
  const taken = begun.filter(({ externalId }) => externalId !== undefined)
  for (const one of taken) await noteTaken(hub, one)
  const left = begun.filter((one) => !taken.includes(one))
  if (left.length === 0) return 0
  await Recipient.updateMany(
    { _id: { $in: left.map(({ _id }) => _id) }, state: 'sending', 'claim.by': { $ne: by } },
    { $set: { state: 'unknown', updatedAt: new Date() } }
  )
  for (const one of left) count(hub, one, { unknown: 1, ...(one.attempts > 0 && { deferred: -1 }) })
  return left.length
}

/** Writes that one has left that was noted as leaving, whoever holds it. */
async function noteTaken(hub: Hub, one: RecipientDoc): Promise<void> {
  const { modifiedCount } = await Recipient.updateOne(
    { _id: one._id, state: 'sending' },
    { $set: { state: 'sent', sentAt: one.leftAt ?? new Date(), updatedAt: new Date() } }
  )
  if (modifiedCount > 0) count(hub, one, { sent: 1, ...(one.attempts > 0 && { deferred: -1 }) })
}

/** Thrown when what was taken is in other hands by now. */
export class ClaimLost extends Error {
  constructor() {
    super('The recipient is in other hands')
    this.name = 'ClaimLost'
  }
}

/**
 * Notes that these leave now; journalled when it resolves. Answers for each whether it may: a process that was frozen
 * finds that what it held is no longer its own. `counted`: the platform counts whom we write to in a day.
 */
export async function noteLeaving(
  ids: Types.ObjectId[],
  by: string,
  counted: boolean
): Promise<(true | Error)[]> {
  const now = new Date()
  const { modifiedCount } = await Recipient.updateMany(
    { _id: { $in: ids }, state: 'claimed', 'claim.by': by },
    { $set: { state: 'sending', leftAt: now, updatedAt: now, ...(counted && { countedAt: now }) } }
  )
  if (modifiedCount === ids.length) return ids.map(() => true)
  const mine = (await Recipient.find(
    { _id: { $in: ids }, state: 'sending', 'claim.by': by },
    { _id: 1 }
  ).lean()) as Pick<RecipientDoc, '_id'>[]
  const held = new Set(mine.map(({ _id }) => _id.toHexString()))
  return ids.map((id) => held.has(id.toHexString()) || new ClaimLost())
}
