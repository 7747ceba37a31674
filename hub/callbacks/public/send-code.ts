import { Types } from 'mongoose'
import { ChannelError } from '@palabre/channels/channel'
import type { Queue } from '@palabre/config/contract/setting'
import { say, type Locale } from '@palabre/config/i18n/catalogue'
import { callbackPage as words } from '@palabre/config/i18n/words/callback-page'
import type { Hub } from '../../hub.ts'
import { refuse } from '../../refuse.ts'
import { templateOf } from '../notices/fill-template.ts'
import { handOver } from '../notices/hand-over.ts'
import { codeMinutes } from './code.ts'

/**
 * Sends a code to where it proves something, while whoever asked waits for it: one that is lost is asked for again.
 * Refuses `not-deliverable` when there is no way, or the far side does not take it.
 */
export async function sendCode(
  hub: Hub,
  { callbacks: { confirm, limits } }: Pick<Queue, 'callbacks'>,
  { number, email, locale, code }: { number: string; email: string; locale: Locale; code: string }
): Promise<void> {
  const text = say(locale, words[locale].code, { code, minutes: codeMinutes })
  const message = {
    id: new Types.ObjectId().toHexString(),
    fromName: '',
    subject: say(locale, words[locale]['subject-code'], { code }),
    attachments: [],
    references: [],
    automatic: true
  }
  try {
    if (limits.code === 'mail' && confirm.mailAccountId !== null)
      await handOver(hub, confirm.mailAccountId, { ...message, address: email, to: [email], text })
    else if (limits.code === 'template' && confirm.template)
      await handOver(hub, confirm.template.accountId, {
        ...message,
        // WhatsApp names people by their number without its plus.
        address: number.slice(1),
        ...(await templateOf(confirm.template, { text, code }))
      })
    else refuse('not-deliverable', 'code')
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    hub.log.warn({ err: error }, 'a code for a callback could not be sent')
    refuse('not-deliverable', 'code')
  }
}
