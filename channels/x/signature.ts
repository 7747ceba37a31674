import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { ChannelError, type WebhookRequest } from '../channel.ts'

/** SHA-256 in base64: 43 signs and a filling one. */
const form = /^sha256=[A-Za-z0-9+/]{43}=$/
const header = 'x-twitter-webhooks-signature'

/** Does the call carry a signature at all? What does not is refused before its body is read. */
export const mayBeSigned = (headers: WebhookRequest['headers']): boolean => form.test(headers[header] ?? '')

const hashOf = (content: Uint8Array | string, consumerSecret: string): string =>
  `sha256=${createHmac('sha256', consumerSecret).update(content).digest('base64')}`

/**
 * Proves that X sent the body: the header is the HMAC-SHA256 with the app's secret over the bytes as they came. Throws
 * ChannelError('rejected').
 */
export function checkSignature({ headers, rawBody }: WebhookRequest, consumerSecret: string): void {
  if (consumerSecret === '') throw new ChannelError('rejected', 'The account has no API key secret')
  if (!mayBeSigned(headers)) throw new ChannelError('rejected', 'The call carries no signature')
  const given = Buffer.from(headers[header] ?? '')
  if (!timingSafeEqual(given, Buffer.from(hashOf(rawBody, consumerSecret))))
    throw new ChannelError('rejected', 'The signature is wrong')
}

/**
 * X asks about every hour whether the webhook is ours: the hash of its `crc_token` is to come back. It is the very hash
 * that signs calls, so whoever asks gets words of their own choice signed: only what can be no call is.
 * Throws ChannelError('rejected').
 */
export function handshake(
  { crc_token: token = '' }: WebhookRequest['query'],
  consumerSecret: string
): string {
  if (!/^[A-Za-z0-9_+/=-]{1,500}$/.test(token))
    throw new ChannelError('rejected', 'There is no crc_token to answer')
  return JSON.stringify({ response_token: hashOf(token, consumerSecret) })
}

/** Names an account for `via`: one person within one app. Who can sign for another app cannot make it. */
export const viaOf = (consumerSecret: string, userId: string): string =>
  `${createHash('sha256').update(`via:${consumerSecret}`).digest('hex').slice(0, 32)}:${userId}`
