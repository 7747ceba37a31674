import { checkToken, tokenEnd } from '../meta/token.ts'
import { graphOf, type WhatsappAccount } from './settings.ts'

const needed = ['whatsapp_business_messaging', 'whatsapp_business_management']

/** When the account's token ends (null: never). Throws ChannelError('unauthorized') when it is of no use. */
export const tokenEndOf = (account: WhatsappAccount, signal: AbortSignal): Promise<Date | null> =>
  tokenEnd(graphOf(account), needed, signal)

/** Does the token still hold? Says when it ends, two weeks ahead. */
export const check = (account: WhatsappAccount, signal: AbortSignal) =>
  checkToken(graphOf(account), needed, signal)
