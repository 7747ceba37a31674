import { pageFailure } from './failure.ts'
import { limits } from './limits.ts'
import { phoneOf } from './phones.ts'
import type { WhatsappWebAccount } from './settings.ts'
import { within } from './within.ts'

/** Puts our emoji on a customer's message; '' takes it back. A message that the phone no longer has is let be. */
export async function react(
  { on, emoji }: { address: string; on: string; emoji: string },
  account: WhatsappWebAccount
): Promise<void> {
  const { client } = phoneOf(account.id)
  try {
    await within(limits.askMs, 'Reacting', client.sendReaction(on, emoji))
  } catch (error) {
    throw pageFailure(error)
  }
}

/** Shows the customer that they were read; WhatsApp knows this of a whole chat only. */
export async function markRead(
  { address }: { address: string; externalId: string },
  account: WhatsappWebAccount
): Promise<void> {
  const { client, people } = phoneOf(account.id)
  try {
    const chatId = await people.chatOf(address)
    if (chatId !== null) await within(limits.askMs, 'Marking as read', client.sendSeen(chatId))
  } catch (error) {
    throw pageFailure(error)
  }
}
