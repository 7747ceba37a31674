import type { AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { mailHandOver } from './hand-over-mail.ts'
import { templateHandOver } from './hand-over-template.ts'
import type { RecipientDoc } from './recipient.model.ts'
import { carriedBy } from './running.ts'
import type { SenderDoc } from './sender.model.ts'

/** How what an account's campaigns say is written, one for each recipient, and handed to the far side. */
export interface HandOver {
  /**
   * Writes a recipient's own and hands it over; `leaving` as a BulkSender calls it. The far side's id of it, where it
   * gives one. Throws BulkError, and LeftOut for somebody for whom nothing can be written.
   */
  hand(
    campaign: CampaignDoc,
    recipient: RecipientDoc,
    leaving: () => Promise<void>
  ): Promise<string | undefined>
  /** Lets what is under way end. */
  close(): Promise<void>
}

const ways = { mail: mailHandOver, template: templateHandOver }

export const openHandOver = (hub: Hub, account: AccountDoc, settings: SenderDoc): HandOver =>
  ways[carriedBy(account)](hub, account, settings)
