import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError } from '../channel.ts'
import { askAsApp } from './bearer.ts'
import { limits } from './limits.ts'
import { settingsOf, type XAccount } from './settings.ts'
import { portOf } from './twit-port.ts'

const Webhooks = Type.Object({
  data: Type.Optional(
    Type.Array(Type.Object({ id: Type.String(), url: Type.String(), valid: Type.Optional(Type.Boolean()) }))
  )
})
const Subscribed = Type.Object({ data: Type.Object({ subscribed: Type.Boolean() }) })

/** The app's webhook that leads here, and whether X regards it as valid; null: there is none. Throws ChannelError. */
export async function webhookOf(
  account: XAccount,
  signal: AbortSignal
): Promise<{ id: string; url: string; isValid: boolean } | null> {
  const answer = await askAsApp(settingsOf(account), '/2/webhooks', signal)
  if (!Value.Check(Webhooks, answer)) throw new ChannelError('unreachable', 'X does not list the webhooks.')
  const webhooks = answer.data ?? []
  // One webhook serves every account of the app, whichever of them its address names.
  const found =
    webhooks.find(({ url }) => url.endsWith(`/hooks/${account.id}`)) ??
    webhooks.find(({ url }) => /\/hooks\/[0-9a-f]{24}$/.test(url))
  return found ? { id: found.id, url: found.url, isValid: found.valid !== false } : null
}

/** Does X tell the webhook of this account? Throws ChannelError. */
export async function isSubscribed(
  account: XAccount,
  webhookId: string,
  signal: AbortSignal
): Promise<boolean> {
  const answer = await portOf(account).ask({
    method: 'GET',
    endpoint: '/2/account_activity/webhooks/:webhook_id/subscriptions/all',
    params: { webhook_id: webhookId },
    ms: limits.testStepMs,
    signal
  })
  return Value.Check(Subscribed, answer) && answer.data.subscribed
}
