import { BulkError, type BulkSender, type BulkTemplate } from '../bulk.ts'
import { ChannelError } from '../channel.ts'
import { postOnce } from './bulk-post.ts'
import { recipientOf } from './hand.ts'
import { addressOf } from './number.ts'
import type { WhatsappAccount } from './settings.ts'
import { templateContent } from './template-content.ts'

/** Hands templates to Meta, `lines` at a time at most. */
export function openBulkSender(
  account: WhatsappAccount,
  { lines: most }: { lines: number }
): BulkSender<BulkTemplate, string> {
  const waiting: (() => void)[] = []
  let inUse = 0

  const free = async (): Promise<void> => {
    while (inUse >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    inUse++
  }
  const giveBack = () => {
    inUse--
    waiting.shift()?.()
  }
  return {
    async send(message, leaving) {
      const body = bodyOf(message)
      await free()
      try {
        await leaving()
        return await postOnce(account, body)
      } finally {
        giveBack()
      }
    },
    async close() {
      while (inUse > 0) await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
}

/** The message as Meta takes it, with our id, which comes back with its states. */
function bodyOf({ id, address, template, file }: BulkTemplate) {
  const to = addressOf(address, undefined)
  if (to === null) throw new BulkError('refused', 'This is no number of WhatsApp.')
  try {
    return {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      ...recipientOf(to),
      biz_opaque_callback_data: id,
      ...templateContent(template, [], file)
    }
  } catch (error) {
    if (error instanceof ChannelError) throw new BulkError('refused', error.message, { cause: error })
    throw error
  }
}
