import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { ChannelError, type WebhookRequest } from '../channel.ts'

const form = /^sha256=[0-9a-f]{64}$/i

/** Does the call carry a signature at all? What does not is refused before its body is read. */
export const mayBeSigned = (headers: WebhookRequest['headers']): boolean =>
  form.test(headers['x-hub-signature-256'] ?? '')

/**
 * Proves that Meta sent the body: `X-Hub-Signature-256` is the HMAC-SHA256 with the app's secret over the bytes as they
 * came (Meta escapes slashes and everything beyond ASCII, so that the same JSON written anew has another one). Throws
 * ChannelError('rejected').
 */
export function checkSignature({ headers, rawBody }: WebhookRequest, appSecret: string): void {
  if (appSecret === '') throw new ChannelError('rejected', 'The account has no app secret')
  if (!mayBeSigned(headers)) throw new ChannelError('rejected', 'The call carries no signature')
  const given = Buffer.from((headers['x-hub-signature-256'] ?? '').slice('sha256='.length), 'hex')
  const right = createHmac('sha256', appSecret).update(rawBody).digest()
  if (!timingSafeEqual(given, right)) throw new ChannelError('rejected', 'The signature is wrong')
}

/** Names an account for `via`: one id of Meta's within one app. Who can sign for another app cannot make it. */
export const viaOf = (appSecret: string, id: string): string =>
  `${createHash('sha256').update(`via:${appSecret}`).digest('hex').slice(0, 32)}:${id}`
