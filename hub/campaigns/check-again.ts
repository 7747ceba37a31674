import type { Hub } from '../hub.ts'
import { grouped } from '../record/group.ts'
import type { CampaignDoc } from './campaign.model.ts'
import type { RecipientDoc } from './recipient.model.ts'
import { leftOut } from './suppress.ts'

interface Looked {
  campaign: CampaignDoc
  recipient: RecipientDoc
}

/** Says of one recipient why they may not be written to any more, or null; several at once share a command. */
export const checkingAgain = (hub: Hub) =>
  grouped<Looked, string | null>(async (items) => {
    const reasons = new Map<string, Map<string, string>>()
    for (const { campaign } of items) {
      const id = campaign._id.toHexString()
      if (reasons.has(id)) continue
      const theirs = items.filter((one) => one.campaign._id.equals(campaign._id))
      const recipients = theirs.map(({ recipient }) => recipient)
      reasons.set(id, await leftOut(hub, campaign, recipients))
    }
    return items.map(
      ({ campaign, recipient }) => reasons.get(campaign._id.toHexString())?.get(recipient.address) ?? null
    )
  })
