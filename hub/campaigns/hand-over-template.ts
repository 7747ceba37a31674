import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import type { HandOver } from './hand-over.ts'
import { blankWriterFor, templateDoorOf } from './running.ts'
import type { SenderDoc } from './sender.model.ts'
import { LeftOut, writing } from './unwritten.ts'

/** Templates that the platform approved, their blanks filled. */
export function templateHandOver(hub: Hub, account: AccountDoc, { lines }: SenderDoc): HandOver {
  const sender = templateDoorOf(account).open(openAccount(hub, account), { lines })
  return {
    async hand(campaign, recipient, leaving) {
      const { template, file, empty } = writing(() => blankWriterFor(campaign).fill(recipient))
      if (empty.length > 0) throw new LeftOut('missing-value')
      const { _id, address, name } = recipient
      return sender.send({ id: _id.toHexString(), address, name, template, ...(file && { file }) }, leaving)
    },
    close: () => sender.close()
  }
}
