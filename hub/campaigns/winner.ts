import type { Types } from 'mongoose'
import type { Actor, Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { campaignNow } from './clock.ts'
import { writeCampaign } from './control.ts'
import { Recipient } from './recipient.model.ts'
import { Tally, type TallyDoc } from './tally.model.ts'
import { recount } from './tally.ts'

const hourMs = 3_600_000

/** Ends the test: the others get this subject. Refuses `wrong-state`, `unknown-reference`. */
export async function chooseWinnerOf(
  hub: Hub,
  by: Actor,
  id: string,
  subjectId: string
): Promise<CampaignDoc> {
  const doc = await setWinner(hub, id, { id: subjectId, by: 'hand' }, by)
  await giveOthers(hub, doc)
  return doc
}

const setWinner = (
  hub: Hub,
  id: Types.ObjectId | string,
  { id: subjectId, by: how }: { id: string; by: 'clicks' | 'hand' },
  by?: Actor
): Promise<CampaignDoc> =>
  writeCampaign(hub, id, (doc) => {
    if (doc.winner) return null
    if (!doc.test || (doc.state !== 'running' && doc.state !== 'paused')) return refuse('wrong-state')
    if (!doc.message?.subjects.some((one) => one.id === subjectId)) return refuse('unknown-reference')
    return {
      set: { winner: { id: subjectId, by: how, at: new Date() } },
      entries: [{ name: 'winner', by, changes: { winner: [null, subjectId] } }]
    }
  })

/** Lets those who waited have the winner's subject; safe to repeat, as after a crash. */
async function giveOthers(hub: Hub, { _id, winner }: CampaignDoc): Promise<void> {
  if (!winner) return
  const { modifiedCount } = await Recipient.updateMany(
    { campaignId: _id, state: 'waiting' },
    { $set: { state: 'pending', variant: winner.id, updatedAt: new Date() } }
  )
  if (modifiedCount > 0) await recount(hub, _id)
}

/** Which subject more people clicked, as a part of those who got it; of two alike the first. */
export function bestOf(tallies: Pick<TallyDoc, 'key' | 'sent' | 'clicked'>[]): string | null {
  const shares = tallies.map(({ key, sent = 0, clicked = 0 }) => ({
    key,
    share: sent > 0 ? clicked / sent : 0
  }))
  shares.sort((a, b) => b.share - a.share || a.key.localeCompare(b.key))
  return shares[0]?.key ?? null
}

/** Ends the test of a campaign whose hours are over; lets those go on who wait although there is a winner. */
export async function settleTest(hub: Hub, campaign: CampaignDoc): Promise<void> {
  const { _id, test, winner, preparedAt, startedAt } = campaign
  if (!test || !preparedAt || !startedAt) return
  if (winner) return giveOthers(hub, campaign)
  const isOver = campaignNow() >= startedAt.getTime() + test.hours * hourMs
  if (test.by !== 'clicks' || !isOver) return
  const tallies = (await Tally.find({ campaignId: _id, kind: 'subject' }).lean()) as TallyDoc[]
  const best = bestOf(tallies)
  if (best !== null) await giveOthers(hub, await setWinner(hub, _id, { id: best, by: 'clicks' }))
}
