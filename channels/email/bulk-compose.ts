import type { PassThrough } from 'node:stream'
import DKIM from 'nodemailer/lib/dkim'
import MailComposer from 'nodemailer/lib/mail-composer'
import { BulkError, type BulkMail, type SigningKey } from '../bulk.ts'
import { cleanLine } from '../clean-text.ts'
import { loopHeader } from './automatic.ts'
import { senderOf, taggedAddress } from './bulk-address.ts'
import { canonicalAddress, displayName, domainOf } from './email-address.ts'
import { limits } from './limits.ts'
import { ownMessageId } from './message-id.ts'
import { settingsOf, type EmailAccount } from './settings.ts'

/** A mail as bytes with its envelope. */
export interface ComposedBulk {
  from: string
  to: string
  source: Buffer
}

/** Signed by RFC 6376; RFC 8058 §4 wants both fields of one-click covered, and receivers' loops their Feedback-ID. */
const signedFields = [
  'From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:Content-Type',
  'Content-Transfer-Encoding:List-Unsubscribe:List-Unsubscribe-Post:Feedback-ID'
].join(':')

/**
 * Makes the mail of one recipient: in both forms, with the way off the list, returned to an address of its own, and
 * with the same Message-ID at every attempt. Throws BulkError `refused` for one that no server could take.
 */
export const composeBulk = async (
  mail: BulkMail,
  account: EmailAccount,
  key: SigningKey | null
): Promise<ComposedBulk> => {
  const settings = settingsOf(account)
  const from = senderOf(account)
  const to = canonicalAddress(mail.address)
  if (from === '') throw new BulkError('unauthorized', 'The account has no usable address.')
  if (!to) throw new BulkError('refused', 'This is not a mail address.', { status: '5.1.3' })
  if (!/^[0-9a-f]{24}$/.test(mail.id)) throw new BulkError('refused', 'The recipient has no usable id.')
  const replyTo = canonicalAddress(mail.replyTo)
  const composer = new MailComposer({
    messageId: `<${ownMessageId(mail.id, domainOf(from), account.signingKey)}>`,
    from: { address: from, name: displayName(mail.fromName) ?? displayName(settings.displayName) ?? '' },
    to: { address: to, name: displayName(mail.name) ?? '' },
    ...(replyTo !== undefined && replyTo !== from && { replyTo }),
    subject: cleanLine(mail.subject, limits.subjectChars),
    text: mail.text,
    html: mail.html,
    headers: { [loopHeader]: from, ...listFields(mail, account) },
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true
  })
  const source = await composer.compile().build()
  if (source.length > limits.mailBytes) throw new BulkError('refused', 'The mail is too large.')
  return {
    from: taggedAddress('bounce', mail.id, account),
    to,
    source: key ? await signed(source, key) : source
  }
}

/** One field with both ways (RFC 2369), and the promise that one POST is enough (RFC 8058). */
const listFields = ({ id, unsubscribeUrl, feedback }: BulkMail, account: EmailAccount) => {
  const words = feedback.map((word) => word.replace(/[^A-Za-z0-9-]/g, '').slice(0, 40)).slice(0, 3)
  const feedbackId = { 'Feedback-ID': [...words, 'palabre'].join(':') }
  if (unsubscribeUrl === undefined || /[\s<>,]/.test(unsubscribeUrl)) return feedbackId
  const mailto = `mailto:${taggedAddress('unsubscribe', id, account)}?subject=unsubscribe`
  return {
    ...feedbackId,
    'List-Unsubscribe': { prepared: true, value: `<${unsubscribeUrl}>,\r\n <${mailto}>` },
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click'
  }
}

const signed = async (source: Buffer, { domain, selector, privateKey }: SigningKey): Promise<Buffer> => {
  const dkim = new DKIM({
    domainName: domain,
    keySelector: selector,
    privateKey,
    headerFieldNames: signedFields
  })
  const chunks: Buffer[] = []
  for await (const chunk of dkim.sign(source) as PassThrough) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
