import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { ChannelError, type InboundAttachment, type InboundEvent, type InboundMedia } from '../channel.ts'
import { unread } from '../meta/call.ts'
import { ask } from '../meta/graph.ts'
import type { Page } from '../meta/page/page.ts'
import { momentOf, numericId, text, type Entry } from '../meta/page/payload.ts'
import { body, line, lines } from '../meta/page/read-content.ts'
import { say } from '../meta/page/words.ts'

const Mention = Type.Object({ media_id: numericId, comment_id: Type.Optional(numericId) })
const isMention = Compile(Mention)

const Said = Type.Object({ username: text, text, caption: text, permalink: text })
const Looked = Type.Object({
  mentioned_comment: Type.Optional(Said),
  mentioned_media: Type.Optional(Said)
})

/** The edge that mentions are answered at. */
export const mentionPath = 'mentions'

/**
 * Somebody named the account below or in a post of their own. Instagram says where, neither who nor what: each mention
 * has an address of its own, and what was said comes as a file (`fetchMention`).
 */
export function mentionFrom(value: unknown, entry: Entry, { language }: Page): InboundEvent {
  if (!isMention.Check(value)) return unread(value, 'A mention has not the form of one')
  const { media_id: media, comment_id: comment } = value
  const id = `mention:${media}${comment === undefined ? '' : `:${comment}`}`
  return {
    kind: 'message',
    address: id,
    name: 'Instagram',
    externalId: id,
    ...(entry.time !== undefined && { sentAt: momentOf(entry.time) }),
    text: say(comment === undefined ? 'mention' : 'commentMention', language),
    media: [{ id, name: 'mention.txt', type: 'text/plain' }],
    public: { kind: 'mention' }
  }
}

/** What an id of ours says of a mention, as the API wants it; null: it is none. */
export function mentionIn(id: string): { media_id: string; comment_id?: string } | null {
  const [, media, comment] = /^mention:(\d+)(?::(\d+))?$/.exec(id) ?? []
  if (media === undefined) return null
  return { media_id: media, ...(comment !== undefined && { comment_id: comment }) }
}

/** Who mentioned the account, and in what words, as a text. Throws ChannelError. */
export async function fetchMention(
  { id, name }: InboundMedia,
  { graph, ownId }: Page,
  signal: AbortSignal
): Promise<InboundAttachment> {
  const mention = mentionIn(id)
  if (!mention) throw new ChannelError('refused', 'This is no mention.')
  const { media_id: media, comment_id: comment } = mention
  const fields =
    comment === undefined
      ? `mentioned_media.media_id(${media}){username,caption,permalink}`
      : `mentioned_comment.comment_id(${comment}){username,text}`
  const found = await ask(graph, ownId, { query: { fields }, signal })
  const said = Value.Check(Looked, found) ? (found.mentioned_comment ?? found.mentioned_media) : undefined
  if (!said) throw new ChannelError('refused', 'Meta does not say what the mention is.')
  const words = lines(
    said.username === undefined ? '' : `@${line(said.username)}`,
    body(said.text ?? said.caption),
    line(said.permalink)
  )
  return { name, type: 'text/plain', content: Buffer.from(words) }
}
