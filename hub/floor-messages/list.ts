import type { Input, Reply } from '@palabre/config/contract/define'
import type {
  listFloorAnswers,
  listFloorMessages,
  listFloorReaders
} from '@palabre/config/contract/floor-message'
import type { Hub } from '../hub.ts'
import { before, markOf } from '../paging.ts'
import { refuse } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import { timeText } from '../wire.ts'
import { findFloorMessage, visibleTo } from './find.ts'
import {
  FloorAnswer,
  FloorMessage,
  type FloorAnswerDoc,
  type FloorMessageDoc
} from './floor-message.model.ts'
import { presentFloorAnswer, presentFloorMessage, sidesFor } from './present.ts'
import { sideOf } from './side.ts'
import { viewerOf } from './viewer.ts'

/** A page of what somebody wrote, got or looks after, latest activity first. */
export async function listFloorMessagesOf(
  hub: Hub,
  who: Who,
  { open, after, limit = 50 }: Input<typeof listFloorMessages>['query']
): Promise<Reply<typeof listFloorMessages>> {
  const seq = hub.stream.head()
  const viewer = await viewerOf(hub, who)
  const docs = (await FloorMessage.find({
    $and: [visibleTo(viewer), open ? { openKey: { $gt: '', $type: 'string' } } : {}, before('lastAt', after)]
  } as never)
    .sort({ lastAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean()) as FloorMessageDoc[]
  const page = docs.slice(0, limit)
  const last = page[page.length - 1]
  return {
    seq,
    items: page.map((doc) => presentFloorMessage(doc, viewer)).filter((one) => one !== null),
    ...(docs.length > limit && last && { next: markOf(last.lastAt, last._id) })
  }
}

/** A page of what was said on one side, newest first. Refuses `not-found` for a side that is not theirs to see. */
export async function listFloorAnswersOf(
  hub: Hub,
  who: Who,
  id: string,
  { agentId, after, limit = 50 }: Input<typeof listFloorAnswers>['query']
): Promise<Reply<typeof listFloorAnswers>> {
  const { doc, viewer } = await findFloorMessage(hub, who, id)
  const side = sideOf(doc, viewer, agentId)
  const docs = (await FloorAnswer.find({
    messageId: doc._id,
    agentId: side.agentId,
    ...before('at', after)
  } as never)
    .sort({ at: -1, _id: -1 })
    .limit(limit + 1)
    .lean()) as FloorAnswerDoc[]
  const page = docs.slice(0, limit)
  const last = page[page.length - 1]
  return {
    items: page.map(presentFloorAnswer),
    ...(docs.length > limit && last && { next: markOf(last.at, last._id) })
  }
}

/** Who of one's agents has seen a message. To an agent it is none of her business. */
export async function listReadersOf(hub: Hub, who: Who, id: string): Promise<Reply<typeof listFloorReaders>> {
  const { doc, viewer, as } = await findFloorMessage(hub, who, id)
  if (as === 'self') return refuse('not-found')
  return {
    items: (sidesFor(doc, viewer)?.sides ?? []).map(({ agentId, readAt, acknowledgedAt, answers }) => ({
      agentId: agentId.toHexString(),
      readAt: timeText(readAt),
      acknowledgedAt: timeText(acknowledgedAt),
      answers
    }))
  }
}
