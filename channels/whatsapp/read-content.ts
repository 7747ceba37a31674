import type { InboundMedia, InboundMessage } from '../channel.ts'
import { cleanLine, cleanText } from '../clean-text.ts'
import { safeType } from '../file-name.ts'
import { reasonOf } from '../meta/failure.ts'
import { limits } from './limits.ts'
import type { Content } from './payload.ts'
import { say, type Language } from './words.ts'

/** What is shown of a message. `automatic`: no person wrote it. `isUnknown`: the original is kept as well. */
export interface Read {
  text: string
  media?: InboundMedia[]
  automatic?: InboundMessage['automatic']
  isUnknown?: boolean
  /** Id of what was chosen, among the choices of a message of ours. */
  chosen?: string
}

type Reader = (content: Content, language: Language) => Read | null | undefined

const line = (text: string | undefined) => cleanLine(text ?? '', limits.lineChars)
const body = (text: string | undefined) => cleanText(text ?? '', limits.textInChars)
const lines = (...all: (string | undefined)[]) =>
  all.filter((one) => one !== undefined && one !== '').join('\n')

const choice = (id: string | undefined): Pick<Read, 'chosen'> => {
  const chosen = cleanLine(id ?? '', limits.choiceIdChars)
  return chosen === '' ? {} : { chosen }
}

const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'audio/ogg': 'ogg',
  'audio/aac': 'aac',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'audio/amr': 'amr',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp'
}

const media =
  (kind: 'image' | 'audio' | 'video' | 'document' | 'sticker'): Reader =>
  (content) => {
    const file = content[kind]
    if (!file) return null
    // `audio/ogg; codecs=opus`
    const type = safeType(file.mime_type?.split(';')[0])
    const plain = kind === 'audio' && file.voice ? 'voice' : kind
    const extension = extensions[type]
    const name = cleanLine(file.filename ?? '', limits.fileNameChars)
    return {
      text: body(file.caption),
      media: [{ id: file.id, name: name || `${plain}${extension ? `.${extension}` : ''}`, type }]
    }
  }

const readers: Record<string, Reader> = {
  text: ({ text }) => text && { text: body(text.body) },
  image: media('image'),
  audio: media('audio'),
  voice: media('audio'),
  video: media('video'),
  document: media('document'),
  sticker: media('sticker'),
  location: ({ location: at }) =>
    at && {
      text: lines(
        `📍 ${line(at.name)}`.trim(),
        line(at.address),
        `https://www.openstreetmap.org/?mlat=${String(at.latitude)}&mlon=${String(at.longitude)}`
      )
    },
  contacts: ({ contacts }) =>
    contacts && {
      text: contacts
        .slice(0, limits.contactCards)
        .map(({ name, org, phones = [], emails = [] }) =>
          lines(
            `👤 ${line(name?.formatted_name)}`.trim(),
            line(org?.company),
            ...phones.map(({ phone, wa_id: waId }) => line(phone ?? waId)),
            ...emails.map(({ email }) => line(email))
          )
        )
        .join('\n\n')
    },
  interactive: ({ interactive }, language) => {
    const { button_reply: button, list_reply: row, nfm_reply: form } = interactive ?? {}
    if (button) return { text: line(button.title), ...choice(button.id) }
    if (row) return { text: lines(line(row.title), line(row.description)), ...choice(row.id) }
    return form
      ? { text: lines(`${say('form', language)}: ${line(form.body)}`, answersOf(form.response_json)) }
      : null
  },
  button: ({ button }) => button && { text: line(button.text), ...choice(button.payload) },
  order: ({ order }, language) =>
    order && {
      text: lines(
        say('order', language),
        ...(order.product_items ?? []).map(
          ({ quantity = 1, product_retailer_id: product }) => `${String(quantity)} × ${line(product)}`
        ),
        body(order.text)
      )
    },
  system: ({ system }) => system && { text: body(system.body), automatic: 'bulk' },
  unsupported: ({ errors }, language) => {
    const detail = errors?.[0] ? reasonOf(errors[0]) : '?'
    return { text: say('unsupported', language, { detail }), isUnknown: true }
  }
}

/** What a form's fields were filled with, one a line. */
function answersOf(json: string | undefined): string {
  let answers: unknown
  try {
    answers = JSON.parse(json ?? '{}')
  } catch {
    return body(json)
  }
  if (typeof answers !== 'object' || answers === null) return body(json)
  return cleanText(
    Object.entries(answers)
      .filter(([name]) => name !== 'flow_token')
      .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join('\n'),
    limits.textInChars
  )
}

/** What a message says, as words and files. Never nothing: what is not known here is said to be so. */
export function readContent(type: string, content: Content, language: Language): Read {
  const read = Object.hasOwn(readers, type) ? readers[type]?.(content, language) : null
  return read ?? { text: say('unknown', language, { detail: line(type) || '?' }), isUnknown: true }
}
