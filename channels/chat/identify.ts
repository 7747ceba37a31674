import { createHmac, timingSafeEqual } from 'node:crypto'
import { ChannelError, type VisitorClaim, type VisitorIdentity } from '../channel.ts'
import { settingsOf, type ChatAccount } from './settings.ts'

/** How long a site's signature stands, in seconds. A copied one is worth nothing afterwards. */
export const maxAgeS = 24 * 60 * 60
/** How far the clock of the site may run ahead of ours, in seconds. */
export const maxSkewS = 5 * 60

/**
 * The exact text that a site signs. Fields stand on lines of their own and may hold no control characters, so that no two
 * claims share a text; what is absent is an empty line. The account's id keeps a claim from serving at another widget.
 */
export const claimText = (accountId: string, claim: Omit<VisitorClaim, 'signature'>): string =>
  ['palabre-visitor-v1', accountId, claim.id, claim.issuedAt, claim.email ?? '', claim.name ?? ''].join('\n')

/** HMAC-SHA256 (RFC 2104) of that text in UTF-8, as 64 lower-case hex digits. */
export const signClaim = (
  secret: string,
  accountId: string,
  claim: Omit<VisitorClaim, 'signature'>
): string => createHmac('sha256', secret).update(claimText(accountId, claim), 'utf8').digest('hex')

/**
 * Proves what a site says of the person on its page. The id comes back as `<account id>:<site's id>`, because two sites
 * may number their customers alike; the address in lower case.
 *
 * A signature may be used again until it is a day old, and only for the same person at the same account: whoever copies
 * it from the page sees what that page's visitor sees, no more and no longer.
 * @throws ChannelError('rejected') saying what is wrong, never what would be right
 */
export function identify(claim: VisitorClaim, account: ChatAccount, now: Date): VisitorIdentity {
  const { identitySecret } = settingsOf(account)
  if (identitySecret.length < 32) throw rejected('this account has no identity secret')
  if (!isWellFormed(claim)) throw rejected('the claim is malformed')
  if (!sameSignature(claim.signature, signClaim(identitySecret, account.id, claim))) {
    throw rejected('the signature does not match')
  }
  const age = now.getTime() / 1000 - claim.issuedAt
  if (age > maxAgeS) throw rejected('the signature is more than 24 hours old')
  if (age < -maxSkewS) throw rejected('the signature is dated in the future')
  return {
    id: `${account.id}:${claim.id}`,
    ...(claim.name ? { name: claim.name } : {}),
    ...(claim.email ? { email: claim.email.toLowerCase() } : {})
  }
}

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const control = /[\u0000-\u001f\u007f]/

const isWellFormed = ({ id, name = '', email = '', issuedAt }: VisitorClaim): boolean =>
  typeof id === 'string' &&
  id.trim() !== '' &&
  Number.isSafeInteger(issuedAt) &&
  ![id, name, email].some((value) => typeof value !== 'string' || control.test(value)) &&
  (email === '' || /^[^\s@]+@[^\s@]+$/.test(email))

/** Compares in constant time; only the length of what was sent shows. */
function sameSignature(given: string, right: string): boolean {
  if (typeof given !== 'string' || !/^[0-9a-f]{64}$/i.test(given)) return false
  return timingSafeEqual(Buffer.from(given, 'hex'), Buffer.from(right, 'hex'))
}

const rejected = (why: string) => new ChannelError('rejected', `Visitor identity: ${why}`)
