import { randomUUID } from 'node:crypto'
import { accountOf } from '../accounts/accounts.ts'
import type { AccountDoc } from '../accounts/account.model.ts'
import { receive, receiveMessage } from '../conversations/receive.ts'
import type { Hub } from '../hub.ts'
import { policyOf } from './state.ts'
import type { Visit } from './token.ts'

/**
 * A message left outside opening hours becomes work of the mail account that answers for this one (so that the answer
 * is a mail), or waits in this account's own queue when there is none.
 */
export async function leaveMessage(
  hub: Hub,
  account: AccountDoc,
  visit: Visit,
  { name, email, text }: { name: string; email: string; text: string }
): Promise<void> {
  const replyId = policyOf(hub, account).replyAccountId
  const reply = replyId === null ? null : await accountOf(hub, replyId)
  const externalId = `offline:${randomUUID()}`
  if (reply && !reply.archived) {
    await receive(hub, reply._id.toHexString(), {
      kind: 'message',
      address: email.toLowerCase(),
      name,
      externalId,
      subject: account.name,
      text
    })
    return
  }
  await receiveMessage(
    hub,
    account._id.toHexString(),
    { kind: 'message', address: visit.address, name, externalId, text: `${text}\n\n${name} <${email}>` },
    { email, customerOnline: false }
  )
}
