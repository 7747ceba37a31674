import type { InboundMessage } from '../channel.ts'
import { isOneOf } from './email-address.ts'
import type { MailHeaders } from './headers.ts'
import { limits } from './limits.ts'
import { readMessageIds, verifyMessageId } from './message-id.ts'

/** The field by which we know our own mail when it comes back; common practice, no RFC. */
export const loopHeader = 'X-Loop'

/** Who is asked: the sender of the mail, our addresses and the key of our Message-IDs. */
export interface Correspondents {
  sender: string | undefined
  own: readonly string[]
  key: string
}

/**
 * Whether a mail was written by a program, and of which kind. RFC 3834 §2 asks that such mail is never answered
 * automatically; the rest of the signs are those that mail programs, lists and help desks use in practice.
 */
export const automaticKind = (headers: MailHeaders, people: Correspondents): InboundMessage['automatic'] => {
  if (isLoop(headers, people)) return 'loop'
  if (isFromMailSystem(headers, people.sender)) return 'bounce'
  if (isAutoReply(headers)) return 'auto-reply'
  if (isBulk(headers)) return 'bulk'
  return undefined
}

const isLoop = (headers: MailHeaders, { sender, own, key }: Correspondents): boolean =>
  readMessageIds(headers.first('message-id')).some((id) => verifyMessageId(id, key) !== undefined) ||
  headers.all('x-loop').some((value) => isOneOf(value.trim().toLowerCase(), own)) ||
  headers.all('received').length > limits.receivedHops ||
  (sender !== undefined && isOneOf(sender, own))

/** A report of a mail server: sent with the empty return path, by the names that servers use (RFC 5321 §4.5.5). */
const isFromMailSystem = (headers: MailHeaders, sender: string | undefined): boolean =>
  /^multipart\/report\b/i.test(headers.first('content-type'))
    ? /delivery-status/i.test(headers.first('content-type'))
    : /^(mailer-daemon|postmaster|mail-daemon)(@|$)/i.test(sender ?? '') && hasEmptyReturnPath(headers)

export const hasEmptyReturnPath = (headers: MailHeaders): boolean =>
  headers.has('return-path') && /^<\s*>/.test(headers.first('return-path'))

const isAutoReply = (headers: MailHeaders): boolean => {
  const submitted = headers.first('auto-submitted').toLowerCase()
  return (
    (submitted !== '' && !/^no\b/.test(submitted)) ||
    /\b(all|oof|autoreply)\b/i.test(headers.first('x-auto-response-suppress')) ||
    /^auto[-_ ]?reply/i.test(headers.first('precedence')) ||
    ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply-from'].some((name) =>
      headers.has(name)
    ) ||
    /disposition-notification/i.test(headers.first('content-type')) ||
    hasEmptyReturnPath(headers)
  )
}

const isBulk = (headers: MailHeaders): boolean =>
  /^(bulk|list|junk)\b/i.test(headers.first('precedence')) ||
  ['list-id', 'list-unsubscribe', 'list-post', 'feedback-id'].some((name) => headers.has(name))
