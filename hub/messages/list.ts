import type { Types } from 'mongoose'
import type { Reply } from '@palabre/config/contract/define'
import type { listMessages } from '@palabre/config/contract/message'
import { before, markOf } from '../paging.ts'
import { Message, presentMessage, type MessageDoc } from './message.model.ts'

/** A page of a conversation's messages in order of time; `next` leads to the page before it. */
export async function messagesOf(
  conversationId: Types.ObjectId | string,
  page: { before?: string | undefined; limit?: number | undefined }
): Promise<Reply<typeof listMessages>> {
  const { limit = 50 } = page
  const docs = (await Message.find({ conversationId, ...before('at', page.before) } as never)
    .sort({ at: -1, _id: -1 })
    .limit(limit + 1)
    .lean()) as MessageDoc[]
  const shown = docs.slice(0, limit)
  const oldest = shown[shown.length - 1]
  return {
    items: shown.reverse().map(presentMessage),
    ...(docs.length > limit && oldest && { next: markOf(oldest.at, oldest._id) })
  }
}
