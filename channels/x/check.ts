import type { XAccount } from './settings.ts'
import { ensurePaidFor, settingsOf } from './settings.ts'
import { ourselves } from './person.ts'
import { webhookOf } from './webhook-state.ts'

/** Do the keys still hold, and does X still call? Throws ChannelError. */
export async function check(account: XAccount, signal: AbortSignal): Promise<string> {
  const settings = settingsOf(account)
  ensurePaidFor(settings)
  await ourselves(account, signal)
  if (settings.inbound !== 'webhook' || settings.bearerToken === '') return ''
  const webhook = await webhookOf(account, signal)
  if (!webhook) return 'The app has no webhook that leads here: what comes is found every 15 minutes only.'
  return webhook.isValid
    ? ''
    : 'X has marked the webhook as invalid and does not call it: what comes is found every 15 minutes only.'
}
