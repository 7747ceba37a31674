import type { BulkDoor } from '../bulk.ts'
import { senderOf } from './bulk-address.ts'
import { composeFor, openBulkSender } from './bulk-sender.ts'
import { displayName, domainOf } from './email-address.ts'
import { plainText } from './plain-text.ts'
import { ownAddresses, settingsOf, type emailSettings } from './settings.ts'

/** How campaigns leave by mail. */
export const bulk: BulkDoor<typeof emailSettings> = {
  from(account) {
    const settings = settingsOf(account)
    const address = senderOf(account)
    return {
      address,
      domain: domainOf(address),
      name: displayName(settings.displayName) ?? '',
      addresses: ownAddresses(settings)
    }
  },
  plainText,
  compose: composeFor,
  open: openBulkSender
}
