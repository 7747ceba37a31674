import type { BulkMail } from '@palabre/channels/bulk'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import type { CampaignDoc } from './campaign.model.ts'
import type { HandOver } from './hand-over.ts'
import type { RecipientDoc } from './recipient.model.ts'
import { addressesFor, bulkDoorOf, writerFor } from './running.ts'
import { signingKeyOf, type SenderDoc } from './sender.model.ts'
import { writing } from './unwritten.ts'

/** Mails, in both forms, with links of the recipient's own. */
export function mailHandOver(hub: Hub, account: AccountDoc, settings: SenderDoc): HandOver {
  const sender = bulkDoorOf(account).open(openAccount(hub, account), {
    lines: settings.lines,
    key: signingKeyOf(hub, settings)
  })
  return {
    async hand(campaign, recipient, leaving) {
      await sender.send(write(hub, campaign, recipient), leaving)
      return undefined
    },
    close: () => sender.close()
  }
}

function write(hub: Hub, campaign: CampaignDoc, recipient: RecipientDoc): BulkMail {
  const addresses = addressesFor(hub, recipient._id)
  const { subject, html, text } = writing(() =>
    writerFor(campaign).write(recipient.variant, recipient, addresses)
  )
  return {
    id: recipient._id.toHexString(),
    address: recipient.address,
    name: recipient.name === recipient.address ? '' : recipient.name,
    fromName: campaign.message?.fromName ?? '',
    subject,
    html,
    text,
    unsubscribeUrl: addresses.unsubscribe,
    feedback: [campaign._id.toHexString(), campaign.accountId.toHexString()]
  }
}
