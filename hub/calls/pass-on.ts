import type { Hub } from '../hub.ts'
import { releaseHold } from '../agents/holds.ts'
import { endContact } from '../interactions/close.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { requeueing } from '../interactions/requeue.ts'
import { writeInteraction } from '../interactions/write.ts'
import { refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { customerTag, type CallDoc } from './call.model.ts'
import { voiceDoorOf } from './door.ts'
import { outsider } from './invite.ts'
import { mineOf } from './mine.ts'
import { doing, holding, isIn, isTalk, isThere, sentOut, withParty } from './parties.ts'
import { writeCall } from './write.ts'

/**
 * Leaves the customer to somebody outside who is only called now: the agent is out at once, the customer hears music.
 * Not a SIP REFER, which would lose a customer whom nobody answers. Refuses `wrong-state` while others are in the call.
 */
export async function passOnCall(hub: Hub, who: Who, id: string, number: string): Promise<CallDoc> {
  const { call, party } = await mineOf(hub, who, id)
  const door = await voiceDoorOf(hub, call.accountId.toHexString())
  const heir = { ...(await outsider(hub, who, door, number, 'number')), heir: true }
  const { doc } = await writeCall(hub, id, (newest) => {
    const others = newest.parties.filter((one) => isThere(one) && one.role !== 'supervisor')
    if (newest.state !== 'talking' || others.length !== 2) return refuse('wrong-state')
    const now = new Date()
    const left = withParty(newest.parties, party.tag, (one) => sentOut(one, now))
    const waiting = withParty(left, customerTag, (one) =>
      holding(doing(one, { kind: 'wait' }, now), false, now)
    )
    return {
      set: { state: 'waiting', parties: [...waiting, heir] },
      entries: [{ name: 'passedOn', by: actorOf(who), figures: { tag: heir.tag, number: heir.name } }]
    }
  })
  return doc
}

/**
 * What became of somebody to whom the customer was left: once they talk it is over for us; when they did not answer,
 * the customer goes back to the queue with their age. Without effect otherwise, and twice.
 */
export async function settleHeir(hub: Hub, call: CallDoc, work: InteractionDoc): Promise<void> {
  const heir = call.parties.findLast((party) => party.heir)
  if (!heir || work.state !== 'active' || call.state === 'ended') return
  if (isIn(heir) && isTalk(call.parties)) return endContact(hub, work._id.toHexString(), 'agent')
  const isTaken = call.parties.some((party) => party.agentId && isThere(party))
  if (heir.state !== 'ended' || isTaken || !work.agentId) return
  const agentId = work.agentId
  const { changed } = await writeInteraction(hub, work._id, (interaction) =>
    interaction.state === 'active' && interaction.agentId?.equals(agentId)
      ? requeueing(interaction, { name: 'requeued', figures: { cause: 'transfer-failed' } })
      : null
  )
  if (changed) await releaseHold(hub, agentId, work._id)
}
