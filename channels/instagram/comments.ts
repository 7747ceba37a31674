import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { ChannelError, type InboundEvent, type OutboundMessage } from '../channel.ts'
import { cleanLine } from '../clean-text.ts'
import { unread } from '../meta/call.ts'
import { ask } from '../meta/graph.ts'
import { limits } from '../meta/page/limits.ts'
import type { Page } from '../meta/page/page.ts'
import { maybe, momentOf, numericId, text, type Entry } from '../meta/page/payload.ts'
import { body } from '../meta/page/read-content.ts'
import { commentId, commentIn } from '../meta/page/send.ts'
import { mentionFrom, mentionIn, mentionPath } from './mentions.ts'

const Change = Type.Object({ field: Type.String(), value: Type.Unknown() })
const Comment = Type.Object({
  id: numericId,
  from: maybe({ id: numericId, username: text }),
  parent_id: Type.Optional(numericId),
  text,
  media: maybe({ id: text })
})
const isChange = Compile(Change)
const isComment = Compile(Comment)
const Written = Type.Object({ id: numericId })

/** A comment below a post of the account, or a mention of it elsewhere ("Instagram Platform: webhooks"). */
export function feedChanged(change: unknown, entry: Entry, page: Page): InboundEvent[] {
  if (!isChange.Check(change)) return [unread(change, 'A change has not the form of one')]
  if (change.field === 'mentions') return [mentionFrom(change.value, entry, page)]
  if (change.field !== 'comments' && change.field !== 'live_comments') return []
  if (!isComment.Check(change.value)) return [unread(change, 'A comment has not the form of one')]
  const { id, from, parent_id: parent, text: words } = change.value
  if (from === undefined) return [unread(change, 'A comment does not say who wrote it')]
  // The account's own comments: ours, or those written at Instagram.
  if (from.id === entry.id) return []
  const name = cleanLine(from.username ?? '', limits.nameChars)
  return [
    {
      kind: 'message',
      address: from.id,
      externalId: commentId(id),
      ...(name !== '' && { name }),
      ...(entry.time !== undefined && { sentAt: momentOf(entry.time) }),
      text: body(words),
      public: { kind: 'comment' },
      ...(parent !== undefined && { answers: commentId(parent) })
    }
  ]
}

/** Writes below a comment, or below what mentions the account. Throws ChannelError. */
export async function answerInPublic(
  { text: words, answers = '' }: OutboundMessage,
  { graph, ownId }: Page
): Promise<string> {
  const comment = commentIn(answers)
  const mention = mentionIn(answers)
  const path = comment === null ? `${ownId}/${mentionPath}` : `${encodeURIComponent(comment)}/replies`
  if (comment === null && mention === null)
    throw new ChannelError('refused', 'This is no comment that could be answered in public.')
  const written = await ask(graph, path, { method: 'POST', json: { message: words.trim(), ...mention } })
  if (!Value.Check(Written, written))
    throw new ChannelError('unreachable', 'Meta does not say that it has taken the comment.')
  return commentId(written.id)
}
