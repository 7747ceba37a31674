import type { InboundAmendment, InboundEvent, InboundMedia, InboundMessage } from '../channel.ts'
import { cleanLine, cleanText } from '../clean-text.ts'
import { limits } from './limits.ts'

/** Something that a person wrote on X, in whichever of its forms it came. */
export interface Said {
  id: string
  by: string
  /** What they call themselves, and their @name. */
  name: string | undefined
  username: string | undefined
  text: string
  at: Date | undefined
  /** What the short links in the text stand for; null for the address of a picture, which is shown as a file. */
  links: { short: string; long: string | null }[]
  media: InboundMedia[]
}

export interface Post extends Said {
  /** Ids of all its versions, oldest first; the last one is this. */
  versions: string[]
  /** The post that it answers. */
  answers: string | undefined
}

/** As X names them beside each other: ids of messages and posts are of one kind. */
export const messageId = (id: string) => `dm:${id}`
export const postId = (id: string) => `post:${id}`

const common = (said: Said): Omit<InboundMessage, 'externalId'> => {
  const name = nameOf(said)
  return {
    kind: 'message',
    address: said.by,
    text: textOf(said),
    ...(name !== '' && { name }),
    ...(said.at && { sentAt: said.at }),
    ...(said.media.length > 0 && { media: said.media })
  }
}

export const messageFrom = (said: Said): InboundMessage => ({
  ...common(said),
  externalId: messageId(said.id)
})

/**
 * A post that mentions us: under the id of its first version, so that the others do not make work of their own, and what
 * it says now as a change of that.
 */
export function postFrom(post: Post): InboundEvent[] {
  const first = postId(post.versions[0] ?? post.id)
  const message: InboundMessage = {
    ...common(post),
    externalId: first,
    public: { kind: 'mention', url: addressOf(post) },
    ...(post.answers !== undefined && { answers: postId(post.answers) })
  }
  if (post.versions.length < 2) return [message]
  const change: InboundAmendment = {
    kind: 'amendment',
    address: post.by,
    of: first,
    text: message.text,
    ...(post.at && { at: post.at })
  }
  return [message, change]
}

/** Where everybody sees it; X finds a post by its number alone. */
const addressOf = ({ id, username = '' }: Post) =>
  `https://x.com/${/^\w{1,15}$/.test(username) ? username : 'i'}/status/${id}`

/** People choose their names. */
function nameOf({ name = '', username = '' }: Said): string {
  const shown = cleanLine(name, limits.nameChars)
  const own = cleanLine(username, limits.nameChars)
  return shown !== '' ? shown : own === '' ? '' : `@${own}`
}

/** X escapes three characters, and puts an address of its own in the place of every link. */
function textOf({ text, links }: Said): string {
  let whole = text
  for (const { short, long } of links)
    if (short !== '')
      whole = whole.replaceAll(short, () =>
        long !== null && /^https?:\/\//i.test(long) ? long : long === null ? '' : short
      )
  whole = whole.replace(
    /&(amp|lt|gt);/g,
    (_, name: 'amp' | 'lt' | 'gt') => ({ amp: '&', lt: '<', gt: '>' })[name]
  )
  return cleanText(whole, limits.textInChars).trim()
}

/** A moment as X writes it, or none. */
export function momentOf(text: string | undefined): Date | undefined {
  const moment = new Date(text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : (text ?? NaN))
  return Number.isNaN(moment.getTime()) ? undefined : moment
}
