import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser'
import type { InboundEvent, InboundMessage, Quarantined } from '../channel.ts'
import { extractDataImages, filesOf } from './attachments.ts'
import { automaticKind } from './automatic.ts'
import { readBounce } from './bounce.ts'
import { cleanHtml } from './clean-html.ts'
import { cleanLine, cleanText } from '../clean-text.ts'
import { mailboxes, type Mailbox } from './email-address.ts'
import { readFeedback } from './feedback.ts'
import { externalIdOf, readHeaders, sentAtOf, type MailHeaders } from './headers.ts'
import { limits } from './limits.ts'
import { markQuotes } from './mark-quotes.ts'
import { scanMime, Unreadable, type Leaf } from './mime-scan.ts'
import { bareWords, plainText } from './plain-text.ts'
import { prepareSource } from './prepare-source.ts'
import { quotedFrom } from './quoted-text.ts'
import { ownAddresses, settingsOf, type EmailAccount } from './settings.ts'
import { threadOf } from './thread.ts'
import { tookTooLong } from './within.ts'

/**
 * Reads one mail. Never throws and never hangs: what cannot be read comes back quarantined, with its source.
 * @param source the mail as it came, at most `limits.mailBytes`
 * @param identity the bytes that a repeat would have again, when `source` carries a trace of this one delivery
 */
export async function parseMail(
  source: Uint8Array,
  account: EmailAccount,
  identity: Uint8Array = source
): Promise<InboundEvent> {
  const raw = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
  const headers = readHeaders(raw)
  const externalId = externalIdOf(headers, identity)
  try {
    const leaves = scanMime(raw)
    const prepared = prepareSource(raw, leaves)
    const mail = await parsed(prepared.source)
    const key = account.signingKey
    const report = readFeedback(mail, headers, key) ?? readBounce(mail, headers, key)
    return report ?? { externalId, ...messageOf(mail, headers, leaves, prepared.shortened, account), raw }
  } catch (error) {
    const reason =
      error instanceof Unreadable ? error.message : `It cannot be read: ${(error as Error).message}`
    return quarantined(externalId, cleanLine(reason, 300), raw)
  }
}

export const quarantined = (externalId: string, reason: string, raw: Uint8Array): Quarantined => ({
  kind: 'quarantined',
  externalId,
  reason,
  raw
})

const parsed = async (source: Buffer): Promise<ParsedMail> => {
  const parsing = simpleParser(source, {
    keepCidLinks: true,
    keepDeliveryStatus: true,
    skipHtmlToText: true,
    skipTextLinks: true,
    checksumAlgo: false,
    maxHeadSize: limits.headerBlockBytes * 2,
    maxChildNodes: limits.mimeParts
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unreadable('Reading it took too long.')), limits.parseMs)
  })
  try {
    return await Promise.race([parsing, late])
  } finally {
    clearTimeout(timer)
    parsing.catch(() => {})
  }
}

const messageOf = (
  mail: ParsedMail,
  headers: MailHeaders,
  leaves: readonly Leaf[],
  shortened: boolean,
  account: EmailAccount
): Omit<InboundMessage, 'externalId' | 'raw'> => {
  const sender = senderOf(mail)
  if (!sender) throw new Unreadable('It names no sender.')
  const own = ownAddresses(settingsOf(account))
  const body = bodyOf(mail, leaves)
  const text = cleanText(body.text, limits.textChars)
  const replyTo = addresses(mail.replyTo)[0]?.address
  return {
    kind: 'message',
    address: sender.address,
    name: sender.name,
    sentAt: sentAtOf(headers, new Date()),
    subject: cleanLine(mail.subject ?? '', limits.subjectChars),
    text: shortened || body.text.length > limits.textChars ? `${text}\n\n[…]` : text,
    html: body.html,
    quotedFrom: quotedFrom(text),
    attachments: body.attachments,
    to: addresses(mail.to).map((one) => one.address),
    cc: addresses(mail.cc).map((one) => one.address),
    replyTo: replyTo === sender.address ? undefined : replyTo,
    thread: threadOf(headers.first('in-reply-to'), headers.all('references').join(' '), account.signingKey),
    automatic: automaticKind(headers, { sender: sender.address, own, key: account.signingKey })
  }
}

const addresses = (header: AddressObject | AddressObject[] | undefined): Mailbox[] =>
  mailboxes([header ?? []].flat().flatMap((one) => one.value))

/** RFC 5322 §3.6.2: a mail of several authors names the one who sent it in Sender; else the first counts. */
const senderOf = (mail: ParsedMail): Mailbox | undefined => {
  const authors = addresses(mail.from)
  if (authors.length <= 1) return authors[0]
  const sender = addresses(mail.headers.get('sender') as AddressObject | undefined)[0]
  return authors.find((author) => author.address === sender?.address) ?? authors[0]
}

/** The body in both forms; HTML that cannot be shown safely becomes a file, so that nothing is lost. */
const bodyOf = (mail: ParsedMail, leaves: readonly Leaf[]) => {
  const original = mail.html || ''
  const { html: slim, images } = extractDataImages(cleanText(original, Infinity))
  const { attachments, contentId } = filesOf([...mail.attachments, ...images])
  const clean = attempt(() => cleanHtml(slim, { remoteImages: 'hold', contentId })) ?? ''
  const html = clean.length <= limits.htmlChars ? attempt(() => markQuotes(clean)) : undefined
  const shown = html === undefined || html.trim() === '' ? undefined : html
  if (slim.trim() !== '' && shown === undefined) {
    for (const file of attachments) delete file.contentId
    attachments.push({ name: 'message.html', type: 'text/html', content: Buffer.from(original) })
  }
  const written = mail.text ?? ''
  const fromHtml = slim !== '' && (written.trim() === '' || htmlOnlyInPart(leaves))
  // The cleaned form: the words of a hostile link's address are no more wanted in the text.
  const text = fromHtml ? attempt(() => plainText(clean)) || bareWords(slim) : written
  return { text, html: shown, attachments }
}

/** Is some of the text only there as HTML, beside plain text that is not its other form (Apple Mail writes so)? */
const htmlOnlyInPart = (leaves: readonly Leaf[]): boolean => {
  const inline = leaves.filter((leaf) => leaf.disposition !== 'attachment')
  return (
    inline.some((leaf) => leaf.type === 'text/html' && !leaf.alternative) &&
    inline.some((leaf) => leaf.type === 'text/plain')
  )
}

/** Work that a hostile mail may make too long; without its result the mail is still readable. */
const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work()
  } catch (error) {
    if (tookTooLong(error) || error instanceof RangeError) return undefined
    throw error
  }
}
