import { Types } from 'mongoose'
import { BulkError } from '@palabre/channels/bulk'
import { openAccount } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { found, refuse } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { draftWriter, fillingOf } from './preview.ts'
import { proveTemplate } from './prove-template.ts'
import { addressesFor, bulkDoorOf, carriedBy } from './running.ts'
import { senderFor, signingKeyOf } from './sender.model.ts'

/** Sends the message to addresses of ours, as a contact would get it. Refuses `not-deliverable`, `invalid-input`. */
export async function prove(
  hub: Hub,
  campaign: CampaignDoc,
  { addresses, contactId }: { addresses: string[]; contactId?: string }
): Promise<void> {
  const by = found(await accountOf(hub, campaign.accountId.toHexString()))
  if (carriedBy(by) === 'template') return proveTemplate(hub, by, campaign, { addresses, contactId })
  const { writer, account, message } = await draftWriter(hub, campaign)
  const filling = await fillingOf(contactId)
  const sender = bulkDoorOf(account).open(openAccount(hub, account), {
    lines: 1,
    key: signingKeyOf(hub, await senderFor(account._id))
  })
  try {
    for (const address of addresses)
      for (const { id: variant } of message.subjects) {
        // Of no recipient: its links lead nowhere that is counted.
        const id = new Types.ObjectId()
        const links = addressesFor(hub, id)
        const mail = writer.write(variant, filling, {
          ...links,
          click: (link) => writer.target(link, filling) ?? '#'
        })
        await sender.send(
          {
            id: id.toHexString(),
            address,
            name: '',
            fromName: message.fromName,
            ...mail,
            unsubscribeUrl: links.unsubscribe,
            feedback: ['proof']
          },
          () => Promise.resolve()
        )
      }
  } catch (error) {
    if (error instanceof BulkError) return refuse('not-deliverable', error.message)
    throw error
  } finally {
    await sender.close()
  }
}
