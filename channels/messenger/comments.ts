import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { ChannelError, type InboundEvent, type OutboundMessage } from '../channel.ts'
import { cleanLine } from '../clean-text.ts'
import { unread } from '../meta/call.ts'
import { ask } from '../meta/graph.ts'
import { limits } from '../meta/page/limits.ts'
import type { Page } from '../meta/page/page.ts'
import { maybe, momentOf, numericId, text, type Entry } from '../meta/page/payload.ts'
import { body, mediaAt } from '../meta/page/read-content.ts'
import { commentId, commentIn } from '../meta/page/send.ts'

const nodeId = Type.String({ pattern: '^\\d{1,40}(_\\d{1,40})?$' })

const Change = Type.Object({ field: Type.String(), value: Type.Unknown() })
/** Everything that happens below a page's posts comes as `feed`; only comments are looked at. */
const Feed = Type.Object({ item: Type.Literal('comment') })
const Comment = Type.Object({
  comment_id: nodeId,
  verb: Type.String(),
  from: maybe({ id: numericId, name: text }),
  post_id: Type.Optional(nodeId),
  parent_id: Type.Optional(nodeId),
  created_time: Type.Optional(Type.Integer({ minimum: 0, maximum: 8.64e12 })),
  message: text,
  photo: text,
  video: text,
  post: maybe({ permalink_url: text })
})
type Comment = Static<typeof Comment>
const isChange = Compile(Change)
const isFeed = Compile(Feed)
const isComment = Compile(Comment)
const Written = Type.Object({ id: nodeId })

/** A comment below a post of the page: written, changed, taken away ("Webhooks for Pages", field `feed`). */
export function feedChanged(change: unknown, entry: Entry, _page: Page): InboundEvent[] {
  if (!isChange.Check(change)) return [unread(change, 'A change has not the form of one')]
  if (change.field !== 'feed' || !isFeed.Check(change.value)) return []
  if (!isComment.Check(change.value)) return [unread(change, 'A comment has not the form of one')]
  const { from, verb, comment_id: id, message, created_time: created } = change.value
  if (from === undefined) return [unread(change, 'A comment does not say who wrote it')]
  // The page's own comments: ours, or those written at Meta.
  if (from.id === entry.id) return []
  const address = from.id
  const about = { kind: 'amendment' as const, address, of: commentId(id) }
  switch (verb) {
    case 'add': {
      const name = cleanLine(from.name ?? '', limits.nameChars)
      return [
        {
          kind: 'message',
          address,
          externalId: commentId(id),
          ...(name !== '' && { name }),
          ...(created !== undefined && { sentAt: momentOf(created) }),
          ...contentOf(change.value)
        }
      ]
    }
    case 'edit':
    case 'edited':
    case 'update':
      return [
        { ...about, text: body(message), ...(entry.time !== undefined && { at: momentOf(entry.time) }) }
      ]
    case 'remove':
    case 'delete':
    case 'hide':
      return [{ ...about, text: null }]
    default:
      return []
  }
}

function contentOf({ message, photo, video, post, post_id: postId, parent_id: parent }: Comment) {
  const media = [
    ...(photo === undefined ? [] : [mediaAt('photo', photo, 'image', 'image/jpeg')]),
    ...(video === undefined ? [] : [mediaAt('video', video, 'video', 'video/mp4')])
  ]
  const url = post?.permalink_url ?? (postId === undefined ? '' : `https://www.facebook.com/${postId}`)
  return {
    text: body(message),
    public: { kind: 'comment' as const, ...(isWebAddress(url) && { url }) },
    ...(media.length > 0 && { media }),
    ...(parent !== undefined && parent !== postId && { answers: commentId(parent) })
  }
}

const isWebAddress = (url: string) =>
  url.length <= 2000 && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)

/** Writes below a comment. Throws ChannelError. */
export async function answerComment(
  { text: words, answers = '' }: OutboundMessage,
  { graph }: Page
): Promise<string> {
  const comment = commentIn(answers)
  if (comment === null)
    throw new ChannelError('refused', 'This is no comment that could be answered in public.')
  const written = await ask(graph, `${encodeURIComponent(comment)}/comments`, {
    method: 'POST',
    json: { message: words.trim() }
  })
  if (!Value.Check(Written, written))
    throw new ChannelError('unreachable', 'Meta does not say that it has taken the comment.')
  return commentId(written.id)
}
