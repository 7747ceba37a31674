import type { ParsedMail } from 'mailparser'
import type { InboundFeedback } from '../channel.ts'
import { taggedBy } from './bulk-address.ts'
import { returnedId } from './bounce.ts'
import { sentAtOf, type MailHeaders } from './headers.ts'
import { findOwnMessageId } from './message-id.ts'

const searched = 64 * 1024
/** Types of RFC 5965 §7.3 that say the mail was unwanted; `not-spam` says the contrary. */
const unwanted = /^(abuse|fraud|virus|other|opt-out|opt-out-list|miscategorized)$/

/**
 * What a mail says about one of a campaign: a provider's report that its user called it spam (ARF, RFC 5965), or mail
 * to the address that takes its sender off the list (RFC 2369). Undefined for anything else, and for what is not ours.
 */
export const readFeedback = (
  mail: ParsedMail,
  headers: MailHeaders,
  key: string
): InboundFeedback | undefined => {
  const at = sentAtOf(headers, new Date())
  const report = mail.attachments.find((part) => part.contentType === 'message/feedback-report')
  if (report) {
    const fields = report.content.toString('latin1', 0, searched)
    const type = /^feedback-type:\s*([\w-]+)/im.exec(fields)?.[1]?.toLowerCase() ?? 'abuse'
    // The original may be cut out for privacy; the envelope sender in the fields is signed as well.
    const messageId = returnedId(mail, key) ?? findOwnMessageId(fields, key)
    if (!messageId || !unwanted.test(type)) return undefined
    return { kind: 'feedback', about: 'complaint', messageId, ...(at && { at }) }
  }
  const tagged = taggedBy(headers, key)
  return tagged?.purpose === 'unsubscribe'
    ? { kind: 'feedback', about: 'unsubscribe', messageId: tagged.id, ...(at && { at }) }
    : undefined
}
