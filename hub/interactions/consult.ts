import { Types } from 'mongoose'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { addNoteOf } from '../messages/send.ts'
import { refuse } from '../refuse.ts'
import { actorOf, agentOf, may, type Who } from '../sessions/who.ts'
import { findInteraction } from './find.ts'
import type { ConsultDoc, InteractionDoc } from './interaction.model.ts'
import { holds } from './transfer.ts'
import { writeInteraction } from './write.ts'

const consultsAtOnce = 5

/**
 * Asks a colleague about an interaction. They see it, whatever queues they work, and write notes in it, until either
 * side ends the consult. The question stands in the conversation as a note. Refuses `not-yours`, `not-ready` for a
 * colleague who is away, `already-exists` for one who is asked already.
 */
export async function consultOn(
  hub: Hub,
  who: Who,
  id: string,
  { agentId, question }: { agentId: string; question: string }
): Promise<InteractionDoc> {
  const byId = agentOf(who)
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who)) return refuse('not-yours')
  const colleague = (await floorOf(hub)).agents.get(agentId)
  if (!colleague || colleague.archived || agentId === byId.toHexString())
    return refuse('unknown-reference', 'agentId')
  if (colleague.presence.state === 'offline') return refuse('not-ready')
  const consult: ConsultDoc = {
    id: new Types.ObjectId(),
    agentId: new Types.ObjectId(agentId),
    agentName: colleague.name,
    byId,
    byName: who.name,
    question,
    at: new Date()
  }
  const { doc } = await writeInteraction(
    hub,
    id,
    (newest) => {
      if (!holds(newest, who)) return refuse('not-yours')
      if (newest.state !== 'active') return refuse('wrong-state')
      if (newest.consults.some((one) => one.agentId.equals(agentId))) return refuse('already-exists')
      if (newest.consults.length >= consultsAtOnce) return refuse('too-many-requests')
      return {
        push: { consults: consult },
        entries: [{ name: 'consulted', by: actorOf(who), figures: { consultedId: agentId } }]
      }
    },
    interaction
  )
  const clientId = consult.id.toHexString()
  await addNoteOf(hub, who, id, { clientId, text: question, mentions: [agentId] })
  return doc
}

/** Ends a consult: whoever asked, whoever was asked, or a supervisor. Without effect when it has ended. */
export async function endConsult(hub: Hub, who: Who, id: string, consultId: string): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  const { doc } = await writeInteraction(
    hub,
    id,
    (newest) => {
      const consult = newest.consults.find((one) => one.id.equals(consultId))
      if (!consult) return null
      const isParty = who.agentId && [consult.agentId, consult.byId].some((one) => one.equals(who.agentId!))
      if (!isParty && !may(who, 'interaction:assign')) return refuse('not-yours')
      return {
        pull: { consults: { id: consult.id } },
        entries: [
          { name: 'consultEnded', by: actorOf(who), figures: { fromAgentId: consult.agentId.toHexString() } }
        ]
      }
    },
    interaction
  )
  return doc
}
