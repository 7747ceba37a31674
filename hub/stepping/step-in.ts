import { Types } from 'mongoose'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { Draft, draftKey } from '../messages/draft.ts'
import { found } from '../refuse.ts'
import { agentOf, type Who } from '../sessions/who.ts'
import { StepIn, presentStepIn, type StepInDoc } from './step-in.model.ts'

const mostListed = 50

/** Tells an agent that a supervisor took her work or sent it on, why, and what becomes of what she was writing. */
export async function tellStepIn(
  hub: Hub,
  by: Who,
  interaction: InteractionDoc,
  agentId: Types.ObjectId,
  { kind, reason, wasHanded = false }: { kind: StepInDoc['kind']; reason: string; wasHanded?: boolean }
): Promise<void> {
  const agent = (await floorOf(hub)).agents.get(agentId.toHexString())
  const kept = agent && (await Draft.findById(draftKey(agent.userId, interaction._id)).lean())
  const doc: StepInDoc = {
    _id: new Types.ObjectId(),
    agentId,
    interactionId: interaction._id,
    contactName: interaction.contactName,
    kind,
    byName: by.name,
    reason,
    draft: kept ? { text: kept.text, fate: wasHanded ? 'handed' : 'kept' } : null,
    at: new Date()
  }
  await StepIn.create(doc)
  hub.stream.publish({
    name: 'stepIn.changed',
    payload: { stepIn: presentStepIn(doc) },
    topics: [`agent:${agentId.toHexString()}`]
  })
}

/** What the agent has not put away, newest first. */
export async function listStepInsOf(who: Who) {
  const docs = (await StepIn.find({ agentId: agentOf(who) })
    .sort({ at: -1 })
    .limit(mostListed)
    .lean()) as StepInDoc[]
  return { items: docs.map(presentStepIn) }
}

/** Puts one away, with the draft that was kept for the agent; a repeat finds nothing. */
export async function dismissStepInOf(who: Who, id: string): Promise<void> {
  const doc = found(
    (await StepIn.findOneAndDelete({ _id: id, agentId: agentOf(who) }).lean()) as StepInDoc | null
  )
  if (doc.draft) await Draft.deleteOne({ _id: draftKey(who.userId, doc.interactionId) })
}
