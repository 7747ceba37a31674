import type { readResults } from '@palabre/config/contract/campaign'
import type { Reply } from '@palabre/config/contract/define'
import type { CampaignDoc } from './campaign.model.ts'
import { Tally, countsOf, type TallyDoc } from './tally.model.ts'

const domainsShown = 200

/** What became of a campaign, from its tallies. */
export async function resultsOf({ _id, compiled }: CampaignDoc): Promise<Reply<typeof readResults>> {
  const tallies = (await Tally.find({ campaignId: _id }).lean()) as TallyDoc[]
  const of = (kind: TallyDoc['kind']) =>
    tallies.filter((one) => one.kind === kind).map((one) => ({ key: one.key, ...countsOf(one) }))
  const clicks = new Map(of('link').map((one) => [one.key, one]))
  return {
    counts: countsOf(tallies.find(({ kind }) => kind === 'all')),
    domains: of('domain')
      .sort((a, b) => b.recipients - a.recipients || b.sent - a.sent)
      .slice(0, domainsShown),
    subjects: of('subject').sort((a, b) => a.key.localeCompare(b.key)),
    links: (compiled?.links ?? []).map(({ index, target, label }) => {
      const counted = clicks.get(String(index))
      return { index, target, label, clicks: counted?.clicks ?? 0, clicked: counted?.clicked ?? 0 }
    }),
    slots: of('slot')
      .sort((a, b) => Number(a.key) - Number(b.key))
      .map(({ key, ...counted }) => ({ from: new Date(Number(key) * 1000).toISOString(), ...counted }))
  }
}
