import type { Types } from 'mongoose'
import type { Reply } from '@palabre/config/contract/define'
import type { listMessages } from '@palabre/config/contract/message'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { before, markOf } from '../paging.ts'
import { Message, presentMessage, type MessageDoc } from './message.model.ts'

/** What only sending needs. */
const unshown = { thread: 0, bcc: 0, claim: 0 }

/**
 * A page of a conversation's messages in order of time, as far as the reader may read them; `next` leads to the page
 * before it.
 */
export async function messagesOf(
  conversationId: Types.ObjectId | string,
  page: { before?: string | undefined; limit?: number | undefined },
  mayRead: (message: MessageDoc) => boolean
): Promise<Reply<typeof listMessages>> {
  const { limit = 50 } = page
  const docs = (await Message.find({ conversationId, ...before('at', page.before) } as never, unshown)
    .sort({ at: -1, _id: -1 })
    .limit(limit + 1)
    .lean()) as MessageDoc[]
  const shown = docs.slice(0, limit)
  const oldest = shown[shown.length - 1]
  const placed = await withoutUnplaced(shown.filter(mayRead))
  return {
    items: placed.reverse().map(presentMessage),
    ...(docs.length > limit && oldest && { next: markOf(oldest.at, oldest._id) })
  }
}

/**
 * Leaves out what is stored but not yet in its interaction: should that be closed first, the message begins another,
 * and whoever closed it must not have seen (and answered) the line before.
 */
async function withoutUnplaced(docs: MessageDoc[]): Promise<MessageDoc[]> {
  const isPending = ({ kind, pendingAt }: MessageDoc) => kind === 'in' && pendingAt !== null
  const ids = docs.filter(isPending).flatMap(({ interactionId }) => interactionId ?? [])
  if (ids.length === 0) return docs
  const homes = (await Interaction.find({ _id: { $in: ids } }, { lastInAt: 1 }).lean()) as Pick<
    InteractionDoc,
    '_id' | 'lastInAt'
  >[]
  const lastIn = new Map(homes.map(({ _id, lastInAt }) => [_id.toHexString(), lastInAt]))
  return docs.filter((doc) => {
    if (!isPending(doc)) return true
    const last = lastIn.get(doc.interactionId?.toHexString() ?? '')
    return last === undefined || doc.at <= last
  })
}
