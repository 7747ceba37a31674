import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError } from '../channel.ts'
import { ask } from '../meta/graph.ts'
import { limits } from '../meta/limits.ts'
import { graphOf, settingsOf, type WhatsappAccount } from './settings.ts'

const Debugged = Type.Object({
  data: Type.Object({
    is_valid: Type.Optional(Type.Boolean()),
    expires_at: Type.Optional(Type.Integer()),
    scopes: Type.Optional(Type.Array(Type.String()))
  })
})

const needed = ['whatsapp_business_messaging', 'whatsapp_business_management']
/** How long before its end a token is spoken of. */
const aheadMs = 14 * 86_400_000

/** When the account's token ends (null: never). Throws ChannelError('unauthorized') when it is of no use. */
export async function tokenEnd(account: WhatsappAccount, signal: AbortSignal): Promise<Date | null> {
  const { accessToken } = settingsOf(account)
  const found = await ask(graphOf(account), 'debug_token', {
    query: { input_token: accessToken },
    signal,
    ms: limits.testStepMs
  })
  if (!Value.Check(Debugged, found))
    throw new ChannelError('unreachable', 'Meta does not describe the token.')
  const { is_valid: isValid = true, expires_at: expires = 0, scopes = [] } = found.data
  if (!isValid) throw new ChannelError('unauthorized', 'Meta does not accept the access token.')
  const missing = needed.filter((scope) => !scopes.includes(scope))
  if (missing.length > 0)
    throw new ChannelError('unauthorized', `The access token lacks ${missing.join(' and ')}.`)
  return expires === 0 ? null : new Date(expires * 1000)
}

export const sayEnd = (end: Date | null): string =>
  end ? `The access token expires on ${end.toISOString().slice(0, 10)}.` : 'The access token does not expire.'

/** Does the token still hold? Says when it ends, two weeks ahead. */
export async function check(account: WhatsappAccount, signal: AbortSignal): Promise<string> {
  const end = await tokenEnd(account, signal)
  return end && end.getTime() - Date.now() < aheadMs ? sayEnd(end) : ''
}
