import type { InboundMedia } from '../../channel.ts'
import { cleanLine, cleanText } from '../../clean-text.ts'
import { safeFileName } from '../../file-name.ts'
import { limits } from './limits.ts'
import type { Page } from './page.ts'
import type { PageAttachment, PageMessage, PageReferral } from './payload.ts'
import { say, type Language } from './words.ts'

/** What is shown of a message. `isUnknown`: the original is kept as well. */
export interface Read {
  text: string
  media: InboundMedia[]
  isUnknown?: boolean
}

export const line = (text: string | undefined): string => cleanLine(text ?? '', limits.lineChars)
export const body = (text: string | undefined): string => cleanText(text ?? '', limits.textInChars)
export const lines = (...all: string[]): string => all.filter((one) => one !== '').join('\n')

const fileTypes: Record<string, string> = { image: 'image/jpeg', audio: 'audio/mp4', video: 'video/mp4' }
const anyType = 'application/octet-stream'

/** Hosts from which Meta serves pictures and films; what is shared may as well be a page to look at. */
const isMediaHost = (url: string) =>
  URL.canParse(url) &&
  /(^|\.)(lookaside\.fbsbx\.com|cdn\.fbsbx\.com|fbcdn\.net|cdninstagram\.com)$/.test(new URL(url).hostname)

/** A file that can be fetched at an address that is good for some days. */
export const mediaAt = (id: string, url: string, name: string, type = anyType): InboundMedia => ({
  id,
  url,
  name,
  type
})

function nameIn(url: string): string {
  const path = URL.canParse(url) ? (new URL(url).pathname.split('/').pop() ?? '') : ''
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** What an attachment is shown as, beside what was said with it. Unknown ones say so. */
function readAttachment(attachment: PageAttachment, index: number, language: Language, said = ''): Read {
  const { type = '', payload } = attachment
  const url = payload?.url ?? attachment.url ?? ''
  const title = line(attachment.title ?? payload?.title)
  const id = String(index)
  const known = Object.hasOwn(fileTypes, type) ? fileTypes[type] : undefined
  if (known !== undefined && url !== '') {
    const name = payload?.sticker_id === undefined ? type : 'sticker'
    return { text: '', media: [mediaAt(id, url, name, known)] }
  }
  switch (url === '' && !payload?.coordinates ? '' : type) {
    case 'file':
      return { text: '', media: [mediaAt(id, url, safeFileName(nameIn(url), anyType, index + 1))] }
    case 'location': {
      const { lat = 0, long = 0 } = payload?.coordinates ?? {}
      const at = `https://www.openstreetmap.org/?mlat=${String(lat)}&mlon=${String(long)}`
      return { text: lines(`📍 ${title}`.trim(), payload?.coordinates ? at : line(url)), media: [] }
    }
    case 'story_mention':
      return { text: say('storyMention', language), media: [mediaAt(id, url, 'story')] }
    case 'fallback':
    case 'template':
    case 'share':
    case 'post':
    case 'ig_post':
    case 'reel':
    case 'ig_reel': {
      const label = type === 'fallback' || type === 'template' ? '' : say('shared', language)
      return isMediaHost(url)
        ? { text: lines(label, title), media: [mediaAt(id, url, 'post')] }
        : { text: lines(label, title, said.includes(url) ? '' : line(url)), media: [] }
    }
    default:
      // A preview of a link says nothing beside the words that have the link.
      if (type === 'fallback' && title === '') return { text: '', media: [] }
      return {
        text: title || say('unknown', language, { detail: line(type) || '?' }),
        media: [],
        isUnknown: true
      }
  }
}

/** By what the customer came: an advertisement, a link with a name. */
export function sayReferral(referral: PageReferral | undefined, language: Language): string {
  if (!referral) return ''
  const { ref, ad_id: ad, ads_context_data: context, source } = referral
  const kind = ad !== undefined || source === 'ADS' ? 'ad' : 'link'
  const detail = line(context?.ad_title) || line(ref)
  return say('cameBy', language, { from: say(kind, language) + (detail === '' ? '' : `: ${detail}`) })
}

/** What a message says, as words and files. Never nothing: what is not known here is said to be so. */
export function readMessage(message: PageMessage, { language, platform }: Page): Read {
  const story = message.reply_to?.story
  const read = (message.attachments ?? []).map((one, i) => readAttachment(one, i, language, message.text))
  const media = [
    ...(story?.url === undefined ? [] : [mediaAt('story', story.url, 'story')]),
    ...read.flatMap((one) => one.media)
  ]
  const said = lines(
    sayReferral(message.referral, language),
    story ? say('storyReply', language) : '',
    body(message.text),
    ...read.map((one) => one.text)
  )
  if (message.is_unsupported)
    return {
      text: lines(said, say('unsupported', language, { platform: platform.name })),
      media,
      isUnknown: true
    }
  if (said === '' && media.length === 0)
    return { text: say('unknown', language, { detail: '?' }), media, isUnknown: true }
  return { text: said, media, ...(read.some(({ isUnknown }) => isUnknown) && { isUnknown: true }) }
}
