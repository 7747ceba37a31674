import { accountOf } from '../accounts/accounts.ts'
import { setHealth } from '../accounts/health.ts'
import type { Hub } from '../hub.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { pauseItself } from './control.ts'

const slotMs = 5000

/** Pauses a campaign that can reach nobody: its account is not let in any more, or its template is not let out. */
export async function pauseForFailure(
  hub: Hub,
  { _id, accountId }: Pick<CampaignDoc, '_id' | 'accountId'>,
  failure: 'unauthorized' | 'withdrawn',
  detail: string
): Promise<void> {
  await pauseItself(hub, _id, failure === 'withdrawn' ? 'template' : 'refused', detail)
  const id = accountId.toHexString()
  if (failure === 'withdrawn') {
    // What it is now stands in the list of templates.
    hub.schedule(
      'template.sync',
      { accountId: id },
      { key: `${id}-${String(Math.floor(Date.now() / slotMs))}` }
    )
    return
  }
  const account = await accountOf(hub, id)
  if (account) await setHealth(hub, account, 'refused', detail)
}
