import type { Hub } from '../hub.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { provesLeaving } from './feedback.ts'
import { Recipient, type RecipientDoc } from './recipient.model.ts'
import { writerFor } from './running.ts'
import { count, countLink } from './tally.ts'
import { readToken } from './token.ts'

const remembered = 100
const campaigns = new Map<string, CampaignDoc>()

/** What was launched is not changed any more, so it may be remembered. */
async function launched(id: RecipientDoc['campaignId']): Promise<CampaignDoc | null> {
  const key = id.toHexString()
  const known = campaigns.get(key)
  if (known) return known
  const doc = (await Campaign.findById(id, { log: 0 }).lean()) as unknown as CampaignDoc | null
  if (!doc?.compiled) return null
  campaigns.set(key, doc)
  for (const old of campaigns.keys()) {
    if (campaigns.size <= remembered) break
    campaigns.delete(old)
  }
  return doc
}

/** Where a link of a recipient's mail leads, and notes that it was followed; null for a token that is none of ours. */
export async function followLinkOf(hub: Hub, token: string, isLook: boolean): Promise<string | null> {
  const read = readToken(hub, 'click', token)
  if (!read) return null
  const recipient = (await Recipient.findById(read.recipientId).lean()) as RecipientDoc | null
  const campaign = recipient && (await launched(recipient.campaignId))
  if (!recipient || !campaign) return null
  const target = writerFor(campaign).target(read.link, recipient)
  if (target === null) return null
  if (!isLook) await noteClick(hub, recipient, read.link)
  return target
}

async function noteClick(hub: Hub, { _id }: RecipientDoc, link: number): Promise<void> {
  const now = new Date()
  const before = (await Recipient.findOneAndUpdate(
    { _id },
    [
      {
        $set: {
          clicks: { $add: ['$clicks', 1] },
          clickedAt: { $ifNull: ['$clickedAt', now] },
          openedAt: { $ifNull: ['$openedAt', now] },
          links: { $setUnion: ['$links', [link]] }
        }
      }
    ],
    { updatePipeline: true }
  ).lean()) as RecipientDoc | null
  if (!before) return
  count(hub, before, {
    clicks: 1,
    ...(before.clickedAt === null && { clicked: 1 }),
    ...(before.openedAt === null && { opened: 1 })
  })
  countLink(hub, before.campaignId, link, { clicks: 1, ...(!before.links.includes(link) && { clicked: 1 }) })
  await provesLeaving(hub, before)
}

/** Notes that a mail was opened, once; without effect for a token that is none of ours. */
export async function noteOpeningOf(hub: Hub, token: string): Promise<void> {
  const read = readToken(hub, 'open', token)
  if (!read) return
  const before = (await Recipient.findOneAndUpdate(
    { _id: read.recipientId, openedAt: null },
    { $set: { openedAt: new Date() } }
  ).lean()) as RecipientDoc | null
  if (!before) return
  count(hub, before, { opened: 1 })
  await provesLeaving(hub, before)
}
