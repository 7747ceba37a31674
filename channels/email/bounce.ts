import type { ParsedMail } from 'mailparser'
import type { DeliveryReport } from '../channel.ts'
import { hasEmptyReturnPath } from './automatic.ts'
import { cleanLine } from '../clean-text.ts'
import { taggedBy } from './bulk-address.ts'
import { canonicalAddress } from './email-address.ts'
import { sentAtOf, type MailHeaders } from './headers.ts'
import { findOwnMessageId } from './message-id.ts'

/** Bytes of a returned message or of a bounce's words in which our Message-ID is looked for. */
const searched = 64 * 1024

/**
 * What a mail says about the delivery of a message of ours: a delivery status notification (RFC 3464), or the free
 * words of a server that does not write those, as long as they return our signed Message-ID. Undefined when the mail
 * is something else, or about a message that is not ours.
 */
export const readBounce = (
  mail: ParsedMail,
  headers: MailHeaders,
  key: string
): DeliveryReport | undefined => {
  const status = mail.attachments.find((part) =>
    /^message\/(global-)?delivery-status$/.test(part.contentType)
  )
  if (!status && !looksLikeBounce(headers)) return undefined
  const messageId = returnedId(mail, key) ?? returnedTo(headers, key)
  if (!messageId) return undefined
  const words = mail.text ?? ''
  const outcome = status
    ? outcomeOf(status.content.toString('utf8', 0, searched), words)
    : outcomeOfWords(words, headers.first('x-failed-recipients'))
  return { kind: 'delivery', messageId, at: sentAtOf(headers, new Date()), ...outcome }
}

/** An out-of-office answer also has the empty return path, but a person's address and a mark of its own. */
const looksLikeBounce = (headers: MailHeaders): boolean =>
  headers.has('x-failed-recipients') ||
  (/(^|<|\s)(mailer-daemon|postmaster|mail-daemon|mdaemon)(@|>|\s|$)/i.test(headers.first('from')) &&
    (hasEmptyReturnPath(headers) ||
      /undeliver|deliver|returned|failure|échec|non remis|retour/i.test(headers.first('subject'))))

/** What the address that it came back to names, for servers that return nothing of the mail. */
const returnedTo = (headers: MailHeaders, key: string): string | undefined => {
  const tagged = taggedBy(headers, key)
  return tagged?.purpose === 'bounce' ? tagged.id : undefined
}

/** Where servers put what they return: as a message, as its headers only, or below their own words. */
export const returnedId = (mail: ParsedMail, key: string): string | undefined => {
  const returned = mail.attachments.filter((part) =>
    /^(message\/(rfc822|global|rfc822-headers|global-headers)|text\/rfc822-headers)$/.test(part.contentType)
  )
  const texts = [...returned.map((part) => part.content.toString('latin1', 0, searched)), mail.text ?? '']
  for (const text of texts) {
    const id = findOwnMessageId(text.slice(0, searched), key)
    if (id) return id
  }
  return undefined
}

type Outcome = Pick<DeliveryReport, 'state' | 'reason' | 'temporary' | 'status'>

/** Reads the groups of fields of a delivery status: one for the message, then one a recipient. */
const outcomeOf = (content: string, words: string): Outcome => {
  const recipients = content
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+/g, ' ')
    .split(/\n{2,}/)
    .map(readFields)
    .filter((fields) => fields.has('action') || fields.has('final-recipient'))
  const action = (fields: Map<string, string>) =>
    (fields.get('action') ?? 'failed').toLowerCase().split(/\s/)[0]
  const worst = ['failed', 'delayed', 'relayed', 'expanded', 'delivered']
    .map((name) => recipients.find((fields) => action(fields) === name))
    .find((fields) => fields !== undefined)
  if (!worst) return outcomeOfWords(words, '')
  if (['delivered', 'expanded'].includes(action(worst) ?? '')) return { state: 'delivered' }
  if (action(worst) === 'relayed') return { state: 'sent' }
  const recipient = worst.get('final-recipient') ?? worst.get('original-recipient') ?? ''
  const outcome = failure(
    statusIn(worst.get('status') ?? '') || statusIn(worst.get('diagnostic-code') ?? ''),
    recipient.replace(/^[^;]{0,40};/, ''),
    (worst.get('diagnostic-code') ?? '').replace(/^[^;]{0,40};/, '')
  )
  return action(worst) === 'delayed'
    ? { ...outcome, temporary: true, reason: `Not delivered yet, the server keeps trying. ${outcome.reason}` }
    : outcome
}

/** qmail, Exim and many appliances: an address, and somewhere the line with which the other server said no. */
const outcomeOfWords = (words: string, failed: string): Outcome => {
  const lines = words.slice(0, searched).split('\n')
  const said = lines.find((line) => /\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b/.test(line)) ?? ''
  const named = lines.find((line) => /^\s*<[^<>\s]+@[^<>\s]+>:?/.test(line)) ?? ''
  return failure(statusIn(said) || statusIn(words), failed || (/<([^<>]+)>/.exec(named)?.[1] ?? ''), said)
}

const readFields = (group: string): Map<string, string> =>
  new Map(
    group.split('\n').flatMap((line): [string, string][] => {
      const colon = line.indexOf(':')
      return colon > 0 ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]] : []
    })
  )

/** An enhanced status code (RFC 3463) in a text: "5.1.1". */
const statusIn = (text: string): string =>
  /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(text.slice(0, searched))?.[1] ?? ''

/** A full mailbox may be emptied; what a server calls 4.x.x it would have tried again itself (RFC 3463 §2). */
const failure = (status: string, recipient: string, diagnostic: string): Outcome => {
  const address = canonicalAddress(recipient.replace(/[<>]/g, '').split(',')[0])
  const said = cleanLine(diagnostic, 300)
  const plain = plainReason(status, said)
  return {
    state: 'failed',
    reason: `${address ? `${address}: ` : ''}${plain}${said ? ` The server said: ${said}` : ''}`,
    ...(status !== '' && { status }),
    ...(status.startsWith('4.') || /^[45]\.2\.2$/.test(status) ? { temporary: true } : {})
  }
}

/** RFC 3463 §3 in plain words; by subject and detail, then by subject alone. */
export const plainReason = (status: string, said = ''): string => {
  const detail = status.slice(2)
  if (detail === '7.1' && /spam|junk|reputation|block/i.test(said)) return reasons['spam'] ?? ''
  return reasons[detail] ?? reasons[detail.split('.')[0] ?? ''] ?? 'The message could not be delivered.'
}

const reasons: Record<string, string> = {
  '1.1': 'This address does not exist.',
  '1.2': 'The domain of this address does not exist or takes no mail.',
  '1.3': 'This address is not written as an address.',
  '1.6': 'The mailbox has moved and left no new address.',
  '1.8': 'The receiving server does not accept our sender address.',
  '1.10': 'The domain of this address takes no mail.',
  '1': 'This address does not work.',
  '2.1': 'The mailbox is switched off.',
  '2.2': 'The mailbox is full.',
  '2.3': 'The message is too large for this mailbox.',
  '2': 'The mailbox cannot take the message.',
  '3.4': 'The message is too large for the receiving server.',
  '3': 'The receiving server cannot take the message.',
  '4.1': 'The receiving server does not answer.',
  '4.4': 'There is no route to the receiving server.',
  '4.6': 'The mail went round in circles.',
  '4.7': 'The receiving server could not be reached in time, and the attempts were given up.',
  '4': 'The connection to the receiving server does not work.',
  '5': 'The mail servers did not understand each other.',
  '6': 'The receiving server cannot handle the form of this message.',
  '7.1': 'The receiving server does not accept this message by its own rules.',
  '7.26': 'The receiving server could not verify that the mail is really ours (SPF, DKIM or DMARC).',
  '7': 'The receiving server refused the message for reasons of security.',
  spam: 'The receiving server takes the message for spam.'
}
