import type { SendMailOptions } from 'nodemailer'
import { ChannelError, type OutboundMessage } from '../channel.ts'
import { loopHeader } from './automatic.ts'
import { cleanLine } from '../clean-text.ts'
import { canonicalAddress, displayName, domainOf, isOneOf } from './email-address.ts'
import { safeFileName, safeType } from '../file-name.ts'
import { limits } from './limits.ts'
import { ownMessageId } from './message-id.ts'
import { plainText } from './plain-text.ts'
import { replySubject } from './reply-subject.ts'
import { ownAddresses, settingsOf, type EmailAccount } from './settings.ts'
import { sign } from './sign.ts'
import { referencesHeader } from './thread.ts'

/** A mail ready to leave, and the id under which the far side will know it. */
export interface ComposedMail {
  mail: SendMailOptions
  externalId: string
}

/**
 * Makes the mail of a message: who from and to, how threaded, in both forms. The same message composes to the same
 * Message-ID, whatever the attempt. Throws ChannelError('refused') for one that no server could take.
 */
export const compose = (message: OutboundMessage, account: EmailAccount): ComposedMail => {
  const settings = settingsOf(account)
  const [from, ...aliases] = ownAddresses(settings)
  if (!from) throw new ChannelError('refused', 'The account has no usable address.')
  if (!/^[0-9a-f]{24}$/.test(message.id)) throw new ChannelError('refused', 'The message has no usable id.')
  const recipients = recipientsOf(message, [from, ...aliases])
  const attachments = message.attachments.map((file, i) => ({
    filename: safeFileName(file.name, file.type, i + 1),
    contentType: safeType(file.type),
    content: Buffer.from(file.content.buffer, file.content.byteOffset, file.content.byteLength),
    ...(file.contentId === undefined
      ? {}
      : { cid: cleanLine(file.contentId, 200).replace(/[<>\s]/g, ''), contentDisposition: 'inline' as const })
  }))
  const bytes = attachments.reduce((sum, file) => sum + file.content.length, message.text.length * 2)
  // Base64 makes four bytes of three; the limit of servers is for what goes over the line.
  if (bytes * 1.37 > limits.mailBytes)
    throw new ChannelError('refused', 'The message is larger than 25 MB as a mail.')

  const externalId = ownMessageId(message.id, domainOf(from), account.signingKey)
  const references = referencesHeader(message.references)
  const inReplyTo = references.length > 0 ? references.at(-1) : undefined
  const html = message.html?.trim() ? message.html : undefined
  const text = message.text.trim() || html === undefined ? message.text : plainText(html)
  const signed = sign({ text, html }, settings.signature)
  return {
    externalId,
    mail: {
      messageId: `<${externalId}>`,
      from: { address: from, name: displayName(message.fromName) ?? displayName(settings.displayName) ?? '' },
      ...recipients,
      subject: subjectOf(message, inReplyTo !== undefined),
      ...(inReplyTo === undefined ? {} : { inReplyTo: `<${inReplyTo}>` }),
      ...(references.length === 0 ? {} : { references: references.map((id) => `<${id}>`).join(' ') }),
      headers: {
        [loopHeader]: from,
        // RFC 3834 §5: "auto-replied" answers a message, "auto-generated" comes by itself.
        ...(message.automatic
          ? {
              'Auto-Submitted': inReplyTo ? 'auto-replied' : 'auto-generated',
              'X-Auto-Response-Suppress': 'All'
            }
          : {})
      },
      text: signed.text,
      ...(signed.html === undefined ? {} : { html: document(signed.html) }),
      attachments,
      disableFileAccess: true,
      disableUrlAccess: true
    }
  }
}

/** The hub hands over the subject of the conversation; an answer says that it is one, once. */
const subjectOf = ({ subject = '' }: OutboundMessage, answers: boolean): string =>
  answers && subject.trim() !== '' ? replySubject(subject) : cleanLine(subject, limits.subjectChars)

/** Each person once, in the most visible place; our own addresses never: the mail would come back as new work. */
const recipientsOf = (message: OutboundMessage, own: readonly string[]) => {
  const seen = new Set<string>()
  const usable = (list: readonly string[]): string[] =>
    list.flatMap((entry) => {
      const address = canonicalAddress(entry)
      if (!address) throw new ChannelError('refused', `"${cleanLine(entry, 80)}" is not a mail address.`)
      if (seen.has(address) || isOneOf(address, own)) return []
      seen.add(address)
      return [address]
    })
  const to = usable(message.to?.length ? message.to : [message.address])
  const cc = usable(message.cc ?? [])
  const bcc = usable(message.bcc ?? [])
  if (seen.size === 0) throw new ChannelError('refused', 'The message has no recipient but ourselves.')
  if (seen.size > limits.recipientsSent) {
    throw new ChannelError('refused', `The message has more than ${limits.recipientsSent} recipients.`)
  }
  return { to, cc, bcc }
}

const document = (html: string): string =>
  /<html[\s>]/i.test(html)
    ? html
    : `<!doctype html><html><head><meta charset="utf-8"></head><body>${html}</body></html>`
