import type { LineEvent, PartyEnd } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { declineOffer, missOffer } from '../interactions/decline.ts'
import { endContact } from '../interactions/close.ts'
import { abandonInteraction } from '../interactions/close.ts'
import { callBackMissed } from '../callbacks/missed.ts'
import { notReached } from '../callbacks/not-reached.ts'
import { requeueing } from '../interactions/requeue.ts'
import { releaseHold } from '../agents/holds.ts'
import { writeInteraction } from '../interactions/write.ts'
import { loadInteraction } from '../interactions/find.ts'
import { customerOf, customerTag, partyOf, type CallDoc, type PartyDoc } from './call.model.ts'
import { ending, orOver } from './over.ts'
import { isIn, sentOut, wasReached, withParty } from './parties.ts'
import { writeCall } from './write.ts'

type State = Extract<LineEvent, { kind: 'state' }>
const rank = { wanted: 0, called: 1, ringing: 2, in: 3, ended: 4 } as const
const named = { trying: 'called', ringing: 'ringing', answered: 'in', ended: 'ended' } as const

/**
 * Takes what the network says of a party. States come twice and out of order; a party only goes forward. Whoever
 * has answered is taken in by its own arrival (see answer.ts), so that here nobody becomes `in`.
 */
export async function partyChanges(hub: Hub, known: CallDoc, tag: string, event: State): Promise<void> {
  const state = named[event.state]
  let before: PartyDoc | null = null
  const now = new Date()
  const { doc, changed } = await writeCall(
    hub,
    known._id,
    (call) => {
      const party = partyOf(call, tag)
      const isNews = rank[state] > rank[party.state] && state !== 'in'
      if (!isNews && party.partyId) return null
      if (party.state === 'ended') return null
      before = isNews ? party : null
      const parties = withParty(call.parties, tag, () => ({
        partyId: event.partyId,
        ...(isNews && { state, since: now }),
        ...(state === 'ended' && { end: event.end })
      }))
      if (state !== 'ended') return { set: { parties }, entries: [] }
      if (tag === customerTag) {
        const by = call.endedBy ?? (event.end?.by === 'us' ? 'system' : 'customer')
        const { set, entry } = ending(call, parties, by, event.end, now)
        return {
          set: { ...set, parties: parties.map((one) => sentOut(one, now)) },
          entries: [entry]
        }
      }
      return {
        set: { parties },
        entries: [
          {
            name: 'left',
            figures: {
              tag,
              role: party.role,
              agentId: party.agentId?.toHexString() ?? null,
              cause: event.end?.cause ?? null,
              by: event.end?.by ?? null,
              seconds: event.end?.seconds ?? 0,
              sipStatus: event.end?.sipStatus ?? null
            }
          }
        ]
      }
    },
    known
  )
  if (!changed || state !== 'ended' || !before) return
  if (tag === customerTag) await customerLeft(hub, doc, event.end)
  else await partyLeft(hub, doc, before, event)
}

/** Ends a call whose customer the media server does not have, or does not know any more. */
export const customerFailed = (hub: Hub, call: CallDoc): Promise<void> =>
  partyChanges(hub, call, customerTag, {
    kind: 'state',
    state: 'ended',
    tag: null,
    partyId: customerOf(call).partyId ?? '',
    end: { cause: 'failed', by: null, sipStatus: null, seconds: 0 }
  })

/** The customer has hung up: what waits is abandoned, what was talked about is wrapped up. */
export async function customerLeft(hub: Hub, call: CallDoc, end: PartyEnd | null): Promise<void> {
  const { interactionId, endedBy, direction } = call
  if (!interactionId) return
  if (!wasReached(call)) return notReached(hub, interactionId, end?.cause ?? 'failed')
  const interaction = await loadInteraction(interactionId.toHexString())
  // Whoever will be called back, or left a message, has said goodbye only for now.
  if (!interaction || (interaction.medium !== 'voice' && direction === 'in')) return
  if (interaction.state === 'active')
    await endContact(hub, interactionId.toHexString(), endedBy ?? 'customer')
  else {
    const left = await abandonInteraction(hub, interactionId.toHexString())
    // An agent took it at this very moment.
    if (left.state === 'active') await endContact(hub, interactionId.toHexString(), endedBy ?? 'customer')
    else if (direction === 'in' && left.agentId === null) await callBackMissed(hub, call, left)
  }
}

async function partyLeft(hub: Hub, call: CallDoc, party: PartyDoc, { end }: State) {
  if (!call.interactionId || party.role !== 'agent' || !party.agentId) return
  const id = call.interactionId.toHexString()
  if (party.offerId && (party.state !== 'in' || party.task.kind === 'confirm')) {
    const offer = { agentId: party.agentId, offerId: party.offerId.toHexString() }
    if (end?.cause === 'declined' || end?.cause === 'busy') await declineOffer(hub, id, offer, end.cause)
    // Ringing in vain ends with the offer's own time; a phone that cannot be reached need not be waited for.
    else if (end?.cause !== 'hungUp' || end.by === 'party')
      await missOffer(hub, id, offer, end?.cause ?? 'failed')
    return
  }
  const othersTalk = call.parties.some(
    (one) => one.tag !== customerTag && one.role !== 'supervisor' && isIn(one)
  )
  const hungUp = end?.cause === 'hungUp' && end.by === 'party'
  if (party.task.kind === 'out' || call.state === 'ended') return
  if (!hungUp && wasReached(call)) return agentLost(hub, call, party)
  if (othersTalk) return
  // An agent who hangs up ends the call for the customer too; one who cannot be reached never begins theirs.
  const now = new Date()
  await writeCall(hub, call._id, (newest) => {
    if (newest.state === 'ended') return null
    const parties = newest.parties.map((one) => sentOut(one, now))
    const change = {
      set: { endedBy: 'agent', parties },
      entries: [{ name: 'hungUp', figures: { agentId: party.agentId?.toHexString() ?? null } }]
    }
    return orOver(newest, change, parties, now)
  })
}

/** The agent's line broke, not by their hand: the customer goes back to the queue with their age, and is told so. */
async function agentLost(hub: Hub, call: CallDoc, { agentId }: PartyDoc) {
  if (!call.interactionId || !agentId) return
  const { changed } = await writeInteraction(hub, call.interactionId, (interaction) =>
    interaction.state === 'active' && interaction.agentId?.equals(agentId)
      ? requeueing(interaction, { name: 'requeued', figures: { cause: 'agent-line-lost' } })
      : null
  )
  if (changed) await releaseHold(hub, agentId, call.interactionId)
}
