import type { AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import type { Actor, Hub } from '../hub.ts'
import { found, refuse } from '../refuse.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { checkCampaignOf } from './check.ts'
import { campaignNow } from './clock.ts'
import { writeCampaign } from './control.ts'
import { momentAt } from './hours.ts'
import { compileMessage } from './message.ts'
import { templateDraft } from './preview-template.ts'
import { bulkDoorOf, carriedBy } from './running.ts'

/**
 * Launches a draft, now or at a time by the clocks of its zone. What it says is compiled here, once. Refuses
 * `changed-meanwhile`, `wrong-state`, and `not-deliverable` with the findings that block it.
 */
export async function launch(
  hub: Hub,
  by: Actor,
  id: string,
  { version, at }: { version: number; at?: string }
): Promise<CampaignDoc> {
  const draft = found((await Campaign.findById(id).lean()) as CampaignDoc | null)
  if (draft.version !== version) return refuse('changed-meanwhile')
  if (draft.state !== 'draft' || draft.archived) return refuse('wrong-state')
  const { findings } = await checkCampaignOf(hub, draft)
  const blocking = findings.filter(({ severity }) => severity === 'blocking')
  if (blocking.length > 0) return refuse('not-deliverable', blocking.map(({ kind }) => kind).join(', '))
  const account = found(await accountOf(hub, draft.accountId.toHexString()))
  const said = await wordsOf(draft, account)
  const startsAt = at === undefined ? null : { local: at, at: startOf(at, draft.timeZone) }
  const now = new Date()
  const isNow = startsAt === null || startsAt.at.getTime() <= campaignNow()
  const state = isNow ? 'running' : 'scheduled'
  return writeCampaign(hub, id, (doc) => {
    if (doc.version !== version) return refuse('changed-meanwhile')
    return {
      set: { state, startsAt, ...said, startedAt: isNow ? now : null },
      entries: [
        {
          name: 'launch',
          by,
          changes: { state: ['draft', state], ...(at !== undefined && { at: [null, at] }) }
        }
      ]
    }
  })
}

/** What a campaign says, as it stays from now on. */
async function wordsOf(
  draft: CampaignDoc,
  account: AccountDoc
): Promise<Pick<CampaignDoc, 'compiled' | 'approved'>> {
  if (carriedBy(account) === 'template')
    return { compiled: null, approved: (await templateDraft(draft)).approved }
  const { message, tracking } = draft
  return {
    compiled: message && compileMessage(message, tracking, bulkDoorOf(account).plainText),
    approved: null
  }
}

function startOf(local: string, timeZone: string): Date {
  try {
    return momentAt(local, timeZone)
  } catch {
    return refuse('invalid-input', undefined, [{ path: 'at', message: 'is not a time' }])
  }
}
