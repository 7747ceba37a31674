import type { Hub } from '../hub.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { campaignNow } from './clock.ts'
import { begin, finish, settleStopped } from './control.ts'
import { guardCampaign } from './guard.ts'
import { Recipient } from './recipient.model.ts'
import { Sender } from './sender.model.ts'
import { isAnybodyLeft, recount } from './tally.ts'
import { settleTest } from './winner.ts'

/** A job that failed keeps its key for a while; after this time another one is set. */
const jobMs = 2000
const dayMs = 86_400_000

/** Begins what is due, has it prepared and sent, and ends what has nobody left. */
export async function sweepCampaigns(hub: Hub): Promise<void> {
  const now = campaignNow()
  const scheduled = (await Campaign.find(
    { state: 'scheduled', 'startsAt.at': { $lte: new Date(now) } },
    { _id: 1 }
  ).lean()) as Pick<CampaignDoc, '_id'>[]
  for (const { _id } of scheduled) await begin(hub, _id)
  const open = (await Campaign.find(
    { state: { $in: ['running', 'paused'] } },
    { message: 0, template: 0, compiled: 0, log: 0 }
  ).lean()) as unknown as CampaignDoc[]
  for (const campaign of open) await look(hub, campaign, now)
  // Stopped while its recipients were still being written down.
  const stopped = (await Campaign.find(
    { state: 'stopped', endedAt: { $gt: new Date(Date.now() - dayMs) } },
    { _id: 1 }
  ).lean()) as Pick<CampaignDoc, '_id'>[]
  for (const { _id } of stopped) await settleStopped(hub, _id)
}

async function look(hub: Hub, campaign: CampaignDoc, now: number): Promise<void> {
  const { _id, state, accountId, preparedAt } = campaign
  const turn = String(Math.floor(Date.now() / jobMs))
  const campaignId = _id.toHexString()
  if (preparedAt === null) hub.schedule('campaign.prepare', { campaignId }, { key: `${campaignId}-${turn}` })
  if (state !== 'running') return
  await settleTest(hub, campaign)
  await guardCampaign(hub, _id)
  const isDue = await Recipient.exists({
    campaignId: _id,
    $or: [
      { state: { $in: ['pending', 'deferred'] }, dueAt: { $lte: new Date(now) } },
      { state: { $in: ['claimed', 'sending'] } }
    ]
  })
  const account = accountId.toHexString()
  if (isDue) {
    // All whom it may write to in a day were written to: nothing leaves before there is room.
    const isResting = await Sender.exists({ _id: accountId, restUntil: { $gt: new Date(now) } })
    if (!isResting) hub.schedule('campaign.send', { accountId: account }, { key: `${account}-${turn}` })
  } else if (preparedAt !== null && !(await isAnybodyLeft(_id))) {
    await recount(hub, _id)
    await finish(hub, _id)
  }
}
