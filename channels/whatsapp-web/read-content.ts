import type { InboundMessage } from '../channel.ts'
import { cleanLine, cleanText } from '../clean-text.ts'
import { limits } from './limits.ts'
import { hasFile, numberOf, textOf, type RawMessage } from './raw.ts'
import { say, type Language } from './words.ts'

/** What is shown of a message. `isUnknown`: what came is kept as well. */
export interface Read {
  text: string
  isUnknown?: boolean
  automatic?: InboundMessage['automatic']
}

type Reader = (raw: RawMessage) => string | null

const line = (value: unknown) => cleanLine(textOf(value), limits.lineChars)
const body = (value: unknown) => cleanText(textOf(value), limits.textInChars)
const lines = (...all: string[]) => all.filter((one) => one !== '').join('\n')

const caption: Reader = (raw) => body(raw['caption'])
const words: Reader = (raw) => body(raw['body'])

const place: Reader = ({ lat, lng, loc }) => {
  if (numberOf(lat) === undefined || numberOf(lng) === undefined) return null
  const [name = '', ...address] = textOf(loc).split('\n')
  return lines(
    `📍 ${line(name)}`.trim(),
    line(address.join(', ')),
    `https://www.openstreetmap.org/?mlat=${String(lat)}&mlon=${String(lng)}`
  )
}

/** Name, company, telephones and addresses of a card (RFC 6350), one a line. */
function card(vcard: unknown): string {
  const values = (property: string) =>
    [...textOf(vcard).matchAll(new RegExp(`^(?:item\\d+\\.)?${property}(?:;[^:\\n]*)?:(.*)$`, 'gim'))].map(
      ([, value]) =>
        line((value ?? '').replace(/\\([,;\\n])/g, (_, char: string) => (char === 'n' ? ' ' : char)))
    )
  return lines(
    `👤 ${values('FN')[0] ?? ''}`.trim(),
    (values('ORG')[0] ?? '').replace(/;+$/, ''),
    ...values('TEL'),
    ...values('EMAIL')
  )
}

const cards: Reader = ({ vcardList }) =>
  Array.isArray(vcardList)
    ? vcardList
        .slice(0, limits.contactCards)
        .map((one: unknown) => card((one as { vcard?: unknown } | null)?.vcard))
        .join('\n\n')
    : null

const poll: Reader = ({ pollName, pollOptions }) =>
  lines(
    `📊 ${line(pollName)}`.trim(),
    ...(Array.isArray(pollOptions) ? pollOptions : [])
      .slice(0, limits.contactCards)
      .map((one: unknown) => `• ${line((one as { name?: unknown } | null)?.name)}`)
  )

const readers: Record<string, Reader> = {
  chat: words,
  image: caption,
  video: caption,
  audio: caption,
  ptt: caption,
  ptv: caption,
  document: caption,
  sticker: caption,
  location: place,
  vcard: (raw) => card(raw['body']),
  multi_vcard: cards,
  poll_creation: poll,
  list_response: words,
  buttons_response: words,
  template_button_reply: words
}

/** Notes that WhatsApp puts into a chat, and what is told in another way: nobody's words. */
const notes = new Set([
  'album',
  'broadcast_notification',
  'call_log',
  'ciphertext',
  'debug',
  'e2e_notification',
  'gp2',
  'group_notification',
  'keep_in_chat',
  'newsletter_notification',
  'notification',
  'notification_template',
  'pinned_message',
  'protocol',
  'reaction',
  'revoked'
])

export const isNote = (type: string): boolean => notes.has(type)

/** What a message says, as words. Never nothing: what is not known here is said to be so. */
export function readContent(raw: RawMessage, language: Language): Read {
  const text = Object.hasOwn(readers, raw.type) ? readers[raw.type]?.(raw) : null
  if (text !== null && text !== undefined && (text !== '' || hasFile(raw))) return { text }
  return { text: say('unknown', language, { detail: line(raw.type) || '?' }), isUnknown: true }
}
