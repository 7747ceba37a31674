import { hand, post } from './hand.ts'
import type { WhatsappAccount } from './settings.ts'

/** Puts our emoji on a customer's message; '' takes it back. WhatsApp has one a side, and none on what is 30 days old. */
export async function react(
  { address, on, emoji }: { address: string; on: string; emoji: string },
  account: WhatsappAccount
): Promise<void> {
  await hand(account, address, { type: 'reaction', reaction: { message_id: on, emoji } })
}

/** Shows the customer two blue ticks on this message and on those before it. */
export async function markRead(
  { externalId }: { address: string; externalId: string },
  account: WhatsappAccount
): Promise<void> {
  await post(account, { status: 'read', message_id: externalId })
}
