import { Types } from 'mongoose'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import type { CallDoc, PartyDoc } from './call.model.ts'
import { customerTag } from './call.model.ts'
import { voiceDoorOf, type VoiceDoor } from './door.ts'
import { checkDialling } from './dialling.ts'
import { mineOf } from './mine.ts'
import { newParty } from './new-party.ts'
import { holding, isThere, withParty } from './parties.ts'
import { phoneOf } from './phone.ts'
import { writeCall } from './write.ts'

/** A conference beyond this is a meeting, not a call. */
const mostParties = 8

/**
 * Calls somebody into the call; privately: the customer hears music until they are taken back or handed over. Refuses
 * `not-ready` for an agent who is away or on the phone, `not-deliverable` for a number that must not be called.
 */
export async function inviteToCall(
  hub: Hub,
  who: Who,
  id: string,
  invitee: { agentId: string } | { number: string },
  privately: boolean
): Promise<CallDoc> {
  const { call } = await mineOf(hub, who, id)
  const door = await voiceDoorOf(hub, call.accountId.toHexString())
  const party =
    'agentId' in invitee
      ? await colleague(hub, who, invitee.agentId)
      : await outsider(hub, who, door, invitee.number)
  const { doc } = await writeCall(hub, id, (newest) => {
    if (newest.state !== 'talking') return refuse('wrong-state')
    const there = newest.parties.filter(isThere)
    if (there.length >= mostParties) return refuse('over-capacity')
    if (party.agentId && there.some(({ agentId }) => agentId?.equals(party.agentId ?? '')))
      return refuse('already-exists')
    return {
      set: {
        parties: [
          ...(privately
            ? withParty(newest.parties, customerTag, (customer) => holding(customer, true, new Date()))
            : newest.parties),
          party
        ]
      },
      entries: [
        {
          name: 'invited',
          by: actorOf(who),
          figures: {
            tag: party.tag,
            role: party.role,
            agentId: party.agentId?.toHexString() ?? null,
            number: party.role === 'guest' ? party.name : null,
            privately: privately ? 1 : 0
          }
        }
      ]
    }
  })
  return doc
}

async function colleague(hub: Hub, who: Who, agentId: string): Promise<PartyDoc> {
  const agent = (await floorOf(hub)).agents.get(agentId)
  if (!agent || agent.archived) return refuse('unknown-reference')
  if (who.agentId?.toHexString() === agentId) return refuse('unknown-reference', 'That is you')
  const isOnThePhone = agent.holds.some(({ medium }) => medium === 'voice' || medium === 'callback')
  if (agent.presence.state === 'offline' || isOnThePhone) return refuse('not-ready')
  const { target, name, confirms } = phoneOf(agent)
  return invited('agent', new Types.ObjectId(agentId), target, name, confirms)
}

/** Somebody outside, whom the asker may call. Refuses `invalid-input`, `not-deliverable`, `too-many-requests`. */
export async function outsider(
  hub: Hub,
  who: Who,
  door: VoiceDoor,
  text: string,
  path = 'who/number'
): Promise<PartyDoc> {
  const number = door.calls.number(text, door.opened)
  if (number === null)
    return refuse('invalid-input', undefined, [{ path, message: 'is not a telephone number' }])
  await checkDialling(hub, door, who, number)
  return invited('guest', null, { kind: 'number', number }, number, false)
}

const invited = (
  role: PartyDoc['role'],
  agentId: PartyDoc['agentId'],
  target: PartyDoc['target'],
  name: string,
  confirms: boolean
): PartyDoc =>
  newParty(
    { role, agentId, target, name, task: confirms ? { kind: 'confirm' } : { kind: 'join' }, invited: true },
    new Date()
  )
