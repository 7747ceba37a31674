import { Types } from 'mongoose'
import { BulkError } from '@palabre/channels/bulk'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { previewTemplate, templateDraft } from './preview-template.ts'
import { fillingFor } from './preview.ts'
import { templateDoorOf } from './running.ts'

/** Sends the template to addresses of ours, as a contact would get it. Refuses `not-deliverable`, `invalid-input`. */
export async function proveTemplate(
  hub: Hub,
  account: AccountDoc,
  campaign: CampaignDoc,
  { addresses, contactId }: { addresses: string[]; contactId?: string | undefined }
): Promise<void> {
  const filling = await fillingFor(account, contactId)
  await previewTemplate(campaign, filling)
  const { template, file, empty } = (await templateDraft(campaign)).writer.fill(filling)
  if (empty.length > 0)
    return refuse(
      'invalid-input',
      undefined,
      empty.map((key) => ({ path: `template/values/${key}`, message: 'is empty' }))
    )
  const sender = templateDoorOf(account).open(openAccount(hub, account), { lines: 1 })
  try {
    for (const address of addresses) {
      const id = new Types.ObjectId().toHexString()
      await sender.send({ id, address, name: '', template, ...(file && { file }) }, () => Promise.resolve())
    }
  } catch (error) {
    if (error instanceof BulkError) return refuse('not-deliverable', error.message)
    throw error
  } finally {
    await sender.close()
  }
}
