import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError } from '../channel.ts'
import { ask } from '../meta/graph.ts'
import { isUserId } from './number.ts'
import { graphOf, settingsOf, type WhatsappAccount } from './settings.ts'

const Accepted = Type.Object({
  messages: Type.Array(Type.Object({ id: Type.String({ minLength: 1 }) }), { minItems: 1 })
})

/** Who it is for: a number, or the id of who has a username. */
export const recipientOf = (address: string) => (isUserId(address) ? { recipient: address } : { to: address })

/** Posts to the number's messages: what the Cloud API takes there is more than messages. Throws ChannelError. */
export function post(account: WhatsappAccount, body: Record<string, unknown>): Promise<unknown> {
  const { phoneNumberId } = settingsOf(account)
  return ask(graphOf(account), `${phoneNumberId}/messages`, {
    method: 'POST',
    json: { messaging_product: 'whatsapp', ...body }
  })
}

/** Hands one message to Meta; the id that it has there. Throws ChannelError. */
export async function hand(
  account: WhatsappAccount,
  address: string,
  content: Record<string, unknown>
): Promise<string> {
  const answer = await post(account, { recipient_type: 'individual', ...recipientOf(address), ...content })
  if (!Value.Check(Accepted, answer))
    throw new ChannelError('unreachable', 'Meta does not say that it has taken the message.')
  return answer.messages[0]!.id
}
