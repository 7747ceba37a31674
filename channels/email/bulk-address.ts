import { canonicalAddress } from './email-address.ts'
import type { MailHeaders } from './headers.ts'
import { ownMessageId, verifyMessageId } from './message-id.ts'
import { ownAddresses, settingsOf, type EmailAccount } from './settings.ts'

/** What a detail after the plus of our address is for (RFC 5233): returned mail, or "take me off". */
export type Purpose = 'bounce' | 'unsubscribe'

const marks: Record<Purpose, string> = { bounce: 'b', unsubscribe: 'u' }
/** RFC 5321 §4.5.3.1.1. */
const mostLocalChars = 64
const tagged = /\+([bu])-([0-9a-f]{24}\.[0-9a-f]{20})@/gi

/** Where returned mail goes: an alias called bounce when the account has one, else its own address. */
const boxOf = (account: EmailAccount): string => {
  const own = ownAddresses(settingsOf(account))
  return own.find((address) => /^bounces?@/.test(address)) ?? own[0] ?? ''
}

/**
 * An address of the account that names one mail of ours, signed like its Message-ID (VERP). Plain when the account's
 * own local part leaves no room: then returned mail is told by the Message-ID in it.
 */
export const taggedAddress = (purpose: Purpose, id: string, account: EmailAccount): string => {
  const box = boxOf(account)
  const at = box.lastIndexOf('@')
  const signed = ownMessageId(id, box.slice(at + 1), account.signingKey)
  const address = `${box.slice(0, at)}+${marks[purpose]}-${signed}`
  return address.lastIndexOf('@') > mostLocalChars ? box : address
}

/** Which mail of ours the recipient address of a mail names, and what for; proved, or undefined. */
export const taggedBy = (headers: MailHeaders, key: string): { purpose: Purpose; id: string } | undefined => {
  const told = ['delivered-to', 'x-original-to', 'envelope-to', 'to', 'cc']
    .flatMap((name) => headers.all(name))
    .join(', ')
    .slice(0, 10_000)
  for (const [, mark = '', signed = ''] of told.matchAll(tagged)) {
    const id = verifyMessageId(`${signed}@`, key)
    if (id) return { purpose: mark.toLowerCase() === marks.unsubscribe ? 'unsubscribe' : 'bounce', id }
  }
  return undefined
}

/** The account's sender address, canonical. */
export const senderOf = (account: EmailAccount): string => canonicalAddress(settingsOf(account).address) ?? ''
