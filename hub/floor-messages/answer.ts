import { Types } from 'mongoose'
import type { Input } from '@palabre/config/contract/define'
import type { answerFloorMessage } from '@palabre/config/contract/floor-message'
import type { Hub } from '../hub.ts'
import { found } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import { findFloorMessage } from './find.ts'
import {
  FloorAnswer,
  FloorMessage,
  keptMs,
  type FloorAnswerDoc,
  type FloorMessageDoc
} from './floor-message.model.ts'
import { sideOf } from './side.ts'
import { tellAnswer } from './tell.ts'
import { clientKeyOf } from './write.ts'

const duplicateKey = 11000
const previewLength = 200

/**
 * Says something on one side of a message: the agent whose side it is hears it and those who lead her, nobody else.
 * What was kept when its process died is put right by the repeat. Refuses `not-found`, `invalid-input`.
 */
export async function answerFloorMessageOf(
  hub: Hub,
  who: Who,
  id: string,
  { clientId, text, agentId }: Input<typeof answerFloorMessage>['body']
): Promise<FloorAnswerDoc> {
  const { doc, viewer } = await findFloorMessage(hub, who, id)
  const side = sideOf(doc, viewer, agentId)
  const now = new Date()
  const answer = await keepAnswer({
    _id: new Types.ObjectId(),
    messageId: doc._id,
    agentId: side.agentId,
    clientKey: clientKeyOf(who, clientId),
    author: { userId: who.userId, agentId: who.agentId, name: who.name },
    byAgent: viewer.agentId?.equals(side.agentId) === true,
    text,
    at: now,
    expiresAt: new Date(now.getTime() + keptMs)
  })
  await tellAnswer(hub, answer, await note(answer))
  return answer
}

async function keepAnswer(answer: FloorAnswerDoc): Promise<FloorAnswerDoc> {
  try {
    await FloorAnswer.create(answer)
    return answer
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
    return found((await FloorAnswer.findOne({ clientKey: answer.clientKey }).lean()) as FloorAnswerDoc | null)
  }
}

/** Notes an answer on its side, once; whoever said it has seen all before it. */
async function note(answer: FloorAnswerDoc): Promise<FloorMessageDoc> {
  const { messageId, agentId, author, byAgent, text, at } = answer
  const written = (await FloorMessage.findOneAndUpdate(
    { _id: messageId, sides: { $elemMatch: { agentId, 'last.at': { $not: { $gte: at } } } } },
    {
      $set: {
        lastAt: at,
        tellAt: at,
        expiresAt: answer.expiresAt,
        'sides.$.last': { name: author.name, text: text.slice(0, previewLength), byAgent, at },
        [`sides.$.${byAgent ? 'spokeAt' : 'toldAt'}`]: at,
        ...(byAgent ? { 'sides.$.readAt': at } : { [`lookedAt.${author.userId.toHexString()}`]: at })
      },
      $inc: { version: 1, 'sides.$.answers': 1 }
    } as never,
    { returnDocument: 'after' }
  ).lean()) as FloorMessageDoc | null
  return written ?? found((await FloorMessage.findById(messageId).lean()) as FloorMessageDoc | null)
}
