import type { CallPolicy, Line, NewParty, Target } from '@palabre/channels/call'
import { accountOf } from '../accounts/accounts.ts'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { customerTag, partyOf, type CallDoc, type PartyDoc } from './call.model.ts'
import { openDoor } from './door.ts'
import { calledAs } from './find.ts'
import { isTalker, wasReached, withParty } from './parties.ts'
import { writeCall } from './write.ts'

/** Rings for so long when no offer says how long. */
const invitedSeconds = 30

/**
 * Calls the parties that are wanted, beside the customer's line (so that all are at one media server). Each is noted
 * as called first: two nodes, or one twice, do not ring it twice.
 */
export function callWanted(hub: Hub, call: CallDoc, line: Line): void {
  for (const party of call.parties)
    if (party.state === 'wanted' && mayRing(call, party))
      ring(hub, call, party.tag, line).catch((error: unknown) => {
        hub.log.warn({ err: error, callId: call._id.toHexString() }, 'a party could not be called')
      })
}

/**
 * A customer is only called once somebody is there to talk with them; an agent of a call of ours that began with the
 * customer, once these have answered.
 */
function mayRing(call: CallDoc, { tag, role, invited }: PartyDoc): boolean {
  if (tag === customerTag) return call.parties.some(isTalker)
  return call.direction === 'in' || role !== 'agent' || invited || wasReached(call)
}

async function ring(hub: Hub, known: CallDoc, tag: string, line: Line) {
  const now = new Date()
  let isOurs = false
  const { doc } = await writeCall(
    hub,
    known._id,
    (call) => {
      isOurs = partyOf(call, tag).state === 'wanted'
      return isOurs
        ? {
            set: {
              parties: withParty(call.parties, tag, () => ({ state: 'called', since: now, changedAt: now }))
            },
            entries: []
          }
        : null
    },
    known
  )
  if (!isOurs) return
  const party = partyOf(doc, tag)
  const account = await accountOf(hub, doc.accountId.toHexString())
  if (!account || !party.target) return
  const { policy } = openDoor(hub, account)
  line.tell({
    kind: 'call',
    party: ringOf(doc, party, party.target, policy, await secondsOf(doc, party.offerId !== null))
  })
}

/** How a party is called: our own people see the customer, everybody else sees our number and nothing of the customer. */
export function ringOf(
  call: CallDoc,
  { tag, role, offerId }: PartyDoc,
  target: Target,
  { callerId }: CallPolicy,
  seconds: number
): NewParty {
  const isOurs = role === 'agent' || role === 'supervisor'
  return {
    tag: calledAs(call, tag),
    target,
    from: (isOurs && call.number) || callerId,
    seconds,
    ...(isOurs && {
      fromName: call.name,
      headers: {
        'X-Palabre-Call': call._id.toHexString(),
        ...(call.interactionId && { 'X-Palabre-Interaction': call.interactionId.toHexString() }),
        ...(offerId && { 'X-Palabre-Offer': offerId.toHexString() })
      }
    })
  }
}

async function secondsOf({ interactionId }: CallDoc, isOffer: boolean): Promise<number> {
  const offer = isOffer && interactionId ? (await loadInteraction(interactionId.toHexString()))?.offer : null
  return offer ? Math.max(3, Math.ceil((offer.expiresAt.getTime() - Date.now()) / 1000)) : invitedSeconds
}
