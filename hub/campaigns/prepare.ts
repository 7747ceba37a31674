import { createHash } from 'node:crypto'
import { Types } from 'mongoose'
import type { AudienceSelection } from '@palabre/config/contract/audience'
import { audienceOf, type Reached } from '../audiences/audience.ts'
import type { Hub } from '../hub.ts'
import { channelNamed } from '@palabre/channels/registry'
import { accountOf } from '../accounts/accounts.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { campaignNow } from './clock.ts'
import { settleStopped, writeCampaign } from './control.ts'
import { hoursReader, isTimeZone } from './hours.ts'
import { Recipient, type RecipientDoc } from './recipient.model.ts'
import { leftOut } from './suppress.ts'
import { recount, tellProgress } from './tally.ts'

const batch = 1000
const duplicateKey = 11000

/** A number of 0 to 1 that an address has in a campaign, the same whenever it is asked. */
const lotOf = (campaignId: Types.ObjectId, address: string, use: string): number =>
  createHash('sha256').update(`${campaignId.toHexString()}:${use}:${address}`).digest().readUInt32BE() /
  2 ** 32

/** Which subject an address gets while subjects are tried; null: it waits for the winner. */
export function variantOf(
  { _id, message, test, winner }: Pick<CampaignDoc, '_id' | 'message' | 'test' | 'winner'>,
  address: string
): string | null {
  const subjects = message?.subjects ?? []
  if (subjects.length <= 1) return subjects[0]?.id ?? 'a'
  if (winner) return winner.id
  if (test && lotOf(_id, address, 'share') >= test.share) return null
  const chosen = subjects[Math.floor(lotOf(_id, address, 'subject') * subjects.length)]
  return chosen?.id ?? 'a'
}

/**
 * Writes down everybody whom a campaign is for, each address once. Killed in the middle it goes on after the last batch
 * that was noted; what was written beyond that is there already, and is left.
 */
export async function prepareCampaign(hub: Hub, id: string): Promise<void> {
  const campaign = (await Campaign.findById(id, { log: 0 }).lean()) as CampaignDoc | null
  if (!campaign || campaign.preparedAt !== null) return
  if (campaign.state !== 'running' && campaign.state !== 'paused') return
  const selection = selectionOf(campaign)
  if (selection) {
    for await (const people of audienceOf(hub, selection, { after: campaign.preparedUntil, batch })) {
      await addRecipients(hub, campaign, people)
      const preparedUntil = people.at(-1)?.contactId ?? campaign.preparedUntil
      const { matchedCount } = await Campaign.updateOne(
        { _id: campaign._id, state: { $ne: 'stopped' } },
        { $set: { preparedUntil } }
      )
      if (matchedCount === 0) return settleStopped(hub, campaign._id)
    }
  }
  await recount(hub, campaign._id)
  await writeCampaign(hub, campaign._id, (doc) =>
    doc.preparedAt === null ? { set: { preparedAt: new Date() }, entries: [{ name: 'prepared' }] } : null
  )
}

/** Adds people to a campaign; those that are in it stay as they are. */
export async function addRecipients(
  hub: Hub,
  campaign: CampaignDoc,
  found: readonly Reached[]
): Promise<void> {
  const now = campaignNow()
  const account = await accountOf(hub, campaign.accountId.toHexString())
  const templates = account && channelNamed(account.channel).bulkTemplates
  const people = found.map((one) => ({ ...one, address: templates?.addressOf(one.address) ?? one.address }))
  const out = await leftOut(hub, campaign, people)
  const opens = hoursReader(campaign.hours, now)
  const docs = people.map((one): RecipientDoc => {
    const timeZone = one.timeZone !== undefined && isTimeZone(one.timeZone) ? one.timeZone : null
    const reason = out.get(one.address)
    const variant = variantOf(campaign, one.address)
    return {
      _id: new Types.ObjectId(),
      campaignId: campaign._id,
      accountId: campaign.accountId,
      contactId: new Types.ObjectId(one.contactId),
      address: one.address,
      // Where a platform takes all messages itself, nobody is slowed down by where they are.
      domain: templates ? '' : one.address.slice(one.address.lastIndexOf('@') + 1),
      name: one.name,
      timeZone,
      data: { ...one.attributes, ...(one.locale !== null && { locale: one.locale }) },
      state: reason !== undefined ? 'suppressed' : variant === null ? 'waiting' : 'pending',
      variant,
      dueAt: new Date(opens((campaign.inTheirZone && timeZone) || campaign.timeZone)),
      claim: null,
      attempts: 0,
      reason: reason ?? '',
      leftAt: null,
      sentAt: null,
      bouncedAt: null,
      isHard: false,
      complainedAt: null,
      unsubscribedAt: null,
      openedAt: null,
      clickedAt: null,
      clicks: 0,
      links: [],
      repliedAt: null,
      autoRepliedAt: null,
      updatedAt: new Date()
    }
  })
  if (docs.length === 0) return
  try {
    await Recipient.collection.insertMany(docs as never, { ordered: false })
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
  }
  await tellProgress(hub, campaign._id)
}

/** Whom the campaign is for, as audiences are asked; null: nobody. */
export const selectionOf = ({
  audience,
  channel,
  purposeId
}: Pick<CampaignDoc, 'audience' | 'channel' | 'purposeId'>): AudienceSelection | null =>
  audience && { ...audience, channel, purposeId: purposeId?.toHexString() ?? null }
