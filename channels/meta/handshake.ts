import { createHash, timingSafeEqual } from 'node:crypto'
import { ChannelError, type WebhookRequest } from '../channel.ts'

/**
 * Meta asks once, when the webhook's address is entered: `hub.mode=subscribe` with the token agreed on, and wants
 * `hub.challenge` back. Throws ChannelError('rejected').
 */
export function handshake(query: WebhookRequest['query'], verifyToken: string): string {
  const { 'hub.mode': mode, 'hub.verify_token': token = '', 'hub.challenge': challenge = '' } = query
  if (mode !== 'subscribe' || verifyToken === '' || !timingSafeEqual(digest(token), digest(verifyToken)))
    throw new ChannelError('rejected', 'The verify token is not the one of this account')
  // It goes back as text; Meta sends digits.
  if (!/^[\w-]{1,200}$/.test(challenge)) throw new ChannelError('rejected', 'There is no challenge to answer')
  return challenge
}

const digest = (text: string) => createHash('sha256').update(text).digest()
