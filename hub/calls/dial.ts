import type { Types } from 'mongoose'
import type * as route from '@palabre/config/contract/call'
import type { NumberCheck } from '@palabre/config/contract/call'
import type { Input } from '@palabre/config/contract/define'
import { ChannelError } from '@palabre/channels/channel'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { beginOutbound, giveUpOutbound } from '../interactions/outbound.ts'
import { findInteraction } from '../interactions/find.ts'
import { holds } from '../interactions/transfer.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { Refusal, refuse } from '../refuse.ts'
import { actorOf, agentOf, type Who } from '../sessions/who.ts'
import { Call, callTold, customerTag, type CallDoc } from './call.model.ts'
import { isInSlot, noteSlot } from '../callbacks/kept.ts'
import { ringOf } from './call-wanted.ts'
import { checkNumber } from './check-number.ts'
import { countDialling } from './dialling.ts'
import type { VoiceDoor } from './door.ts'
import { callOfInteraction, loadCall } from './find.ts'
import { lineFor, type OwnLine } from './line-for.ts'
import { newCall } from './new-call.ts'
import { newParty } from './new-party.ts'
import { customerFailed } from './party-state.ts'
import { withParty } from './parties.ts'
import { phoneOf } from './phone.ts'
import { writeCall } from './write.ts'

/** The agent's own phone rings for so long. */
const ownSeconds = 25
/** And the customer's. */
const customerSeconds = 30

/** What a number is, and whether the asker may call it now, for the interaction if one is named. */
export async function checkDial(
  hub: Hub,
  who: Who,
  { number, queueId, interactionId }: Input<typeof route.checkNumber>['query']
): Promise<NumberCheck> {
  agentOf(who)
  const known = interactionId === undefined ? null : await findInteraction(hub, who, interactionId)
  const line = await lineFor(hub, who, known?.queueId.toHexString() ?? queueId, known?.accountId)
  return checkNumber(line?.door ?? null, number, new Date(), { isAsked: asksFor(known, line, number) })
}

/** Did the customer ask to be called at this number? */
function asksFor(interaction: InteractionDoc | null, line: OwnLine | null, text: string): boolean {
  if (!interaction?.callback || !line) return false
  return line.door.calls.number(text, line.door.opened) === interaction.callback.number
}

/**
 * Calls a number for an agent: their phone first, and when it is answered the number; or the number first, and their
 * phone when somebody is there. The call belongs to the
 * interaction named, which has to be a call or callback in the agent's hands, or to a new one of the queue. Refuses
 * `not-deliverable` with the reason, `wrong-state` while there is a call already, `over-capacity` on another call,
 * `channel-failed` when the media server does not take it.
 */
export async function dialCall(
  hub: Hub,
  who: Who,
  {
    first = 'agent',
    ...given
  }: {
    number: string
    queueId?: string | undefined
    interactionId?: string | undefined
    first?: 'agent' | 'customer'
  }
): Promise<{ call: CallDoc; interaction: InteractionDoc }> {
  const agentId = agentOf(who)
  const known = given.interactionId === undefined ? null : await ownCall(hub, who, given.interactionId)
  const line = await lineFor(hub, who, known?.queueId.toHexString() ?? given.queueId, known?.accountId)
  const isAsked = asksFor(known, line, given.number)
  const check = await checkNumber(line?.door ?? null, given.number, new Date(), { isAsked })
  if (!line || check.number === null || check.refusal)
    return refuse(check.refusal === 'out-of-hours' ? 'outside-hours' : 'not-deliverable', check.refusal ?? '')
  await countDialling(hub, line.door, who)
  const interaction = known ?? (await beginOutbound(hub, who, line.door.account, line.queue, check.number))
  const call = await begin(hub, who, line.door, interaction, { number: check.number, first })
  await noteSlot(hub, interaction, isInSlot(interaction, new Date()))
  try {
    await ringFirst(hub, line.door, call, first === 'agent' ? agentId : null)
  } catch (error) {
    if (!known && error instanceof Refusal) await giveUpOutbound(hub, interaction)
    throw error
  }
  return { call: (await loadCall(call._id)) ?? call, interaction }
}

async function ownCall(hub: Hub, who: Who, id: string): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who)) return refuse('not-yours')
  const isCall = interaction.medium === 'voice' || interaction.medium === 'callback'
  if (!isCall || interaction.state !== 'active') return refuse('wrong-state')
  const call = await callOfInteraction(interaction._id)
  return call && call.state !== 'ended' && !(interaction.callback && call.direction === 'in')
    ? refuse('wrong-state', 'There is a call already')
    : interaction
}

/** The call is kept before anybody is rung. */
async function begin(
  hub: Hub,
  who: Who,
  { account, policy }: VoiceDoor,
  interaction: InteractionDoc,
  { number, first }: { number: string; first: 'agent' | 'customer' }
): Promise<CallDoc> {
  const now = new Date()
  const agentId = agentOf(who)
  const agent = (await floorOf(hub)).agents.get(agentId.toHexString())
  const phone = phoneOf(agent ?? { id: agentId.toHexString(), name: who.name })
  const name = interaction.contactName === number ? '' : interaction.contactName
  const call = newCall(
    {
      accountId: account._id,
      interactionId: interaction._id,
      direction: 'out',
      recordingRule: policy.recording,
      number,
      ourNumber: policy.callerId,
      name,
      state: 'ringing',
      parties: [
        newParty(
          {
            tag: customerTag,
            role: 'customer',
            agentId: null,
            target: { kind: 'number', number },
            name,
            // Whoever answers before the agent does hears music.
            task: { kind: first === 'agent' ? 'join' : 'wait' },
            state: first === 'customer' ? 'called' : 'wanted'
          },
          now
        ),
        newParty(
          // Whoever asks to be connected need not be asked whether they want to be.
          {
            role: 'agent',
            agentId,
            target: phone.target,
            name: phone.name,
            task: { kind: 'join' },
            state: first === 'agent' ? 'called' : 'wanted'
          },
          now
        )
      ]
    },
    {
      name: 'dialled',
      by: actorOf(who),
      figures: { number, interactionId: interaction._id.toHexString(), agentId: agentId.toHexString() }
    },
    now
  )
  await Call.collection.insertOne(call as never)
  hub.relay.pass(callTold, call)
  return call
}

/** Rings who comes first: the agent, or the customer. */
async function ringFirst(hub: Hub, door: VoiceDoor, call: CallDoc, agentId: Types.ObjectId | null) {
  const party = call.parties.find((one) => (agentId ? one.agentId?.equals(agentId) : one.tag === customerTag))
  if (!party?.target) throw new Error(`Call ${call._id.toHexString()} rings nobody`)
  const own = {
    ...ringOf(call, party, party.target, door.policy, agentId ? ownSeconds : customerSeconds),
    ...(!agentId && { mayBeMachine: true })
  }
  try {
    const partyId = await door.calls.place(own, door.opened)
    await writeCall(hub, call._id, (newest) => ({
      set: { parties: withParty(newest.parties, party.tag, () => ({ partyId })) },
      entries: []
    }))
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    hub.log.warn({ err: error, callId: call._id.toHexString() }, 'a phone could not be rung')
    await customerFailed(hub, call)
    return refuse('channel-failed', error.message)
  }
}
