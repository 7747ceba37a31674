import type { Types } from 'mongoose'
import type { Target } from '@palabre/channels/call'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import type { Change } from '../record/change.ts'
import { customerOf, customerTag, type CallDoc, type PartyDoc } from './call.model.ts'
import { newParty } from './new-party.ts'
import { orOver } from './over.ts'
import { doing, holding, inCharge, isIn, isTalk, isTalker, isThere, sentOut, wasReached } from './parties.ts'

export type Work = Pick<InteractionDoc, '_id' | 'state' | 'agentId' | 'offer' | 'acceptedAt' | 'callback'>

/** Where an agent is rung. */
export interface Phone {
  target: Target
  name: string
  /** Somebody else (a voice box) may answer there: the call is taken by a key. */
  confirms: boolean
}

/**
 * What has to change in a call because of where its interaction is now; null when nothing has. Pure: the offer rings
 * its agent, an offer that is gone stops ringing, whoever lost the work leaves, and a customer who is left alone hears
 * music again.
 */
export function followWork(
  call: CallDoc,
  work: Work,
  phoneOf: (agentId: Types.ObjectId) => Phone,
  now: Date
): Change | null {
  if (call.state === 'ended' || call.state === 'flow') return null
  // The customer is called back: this call only says goodbye.
  if (work.callback && call.direction === 'in') return null
  // The customer talks to nobody any more, whoever works what they leave.
  if (call.state === 'voicemail') return null
  if (!isThere(customerOf(call))) return without(call, now)
  let parties = call.parties
  const update = (next: PartyDoc[]) => {
    if (next.some((party, i) => party !== parties[i]) || next.length !== parties.length) parties = next
  }

  // A supervisor has taken it over: also when the node died between the two writes.
  if (work.state === 'active')
    update(
      parties.map((party) =>
        isIn(party) && party.agentId?.equals(work.agentId ?? '') ? inCharge(party, now) : party
      )
    )
  update(parties.map((party) => (belongs(party, work) ? party : sentOut(party, now))))
  const { offer } = work
  const rings = offer && parties.some(({ offerId }) => offerId?.equals(offer.id))
  if (work.state === 'offered' && offer && !rings)
    update([...parties, ringing(offer.agentId, offer.id, phoneOf(offer.agentId), now)])
  if (isTakenByHand(parties, work))
    update([...parties, ringing(work.agentId!, null, phoneOf(work.agentId!), now)])

  // Whoever left by themselves is gone from the list of those who are in, but the call was a talk until now.
  const before = call.state === 'talking' || call.parties.some(isTalker)
  const after = parties.some(isTalker)
  const isOver = work.state === 'closed' || work.state === 'wrapup'
  if (isOver && !after) update(parties.map((party) => sentOut(party, now)))
  else if (before && !after)
    update(
      parties.map((party) =>
        party.tag === customerTag
          ? // A recording is of a talk, and music is none.
            { ...holding(doing(party, { kind: 'wait' }, now), false, now), stream: 'off' }
          : party
      )
    )

  const state = stateOf(call, parties, work)
  if (parties === call.parties && state === call.state) return null
  const change = {
    set: {
      parties,
      state,
      talkingSince: state === 'talking' ? (call.talkingSince ?? now) : null
    },
    entries: state === call.state ? [] : [{ name: state, figures: figuresOf(work) }]
  }
  return orOver(call, change, parties, now)
}

/** The customer was told to go, and nothing calls them back (not music, which would keep them): the others go too. */
function without(call: CallDoc, now: Date): Change | null {
  const parties = call.parties.map((party) => sentOut(party, now))
  if (parties.every((party, i) => party === call.parties[i])) return null
  return orOver(call, { set: { parties }, entries: [] }, parties, now)
}

/** May the party stay? Those who were brought in may, as may supervisors; agents while the work is theirs. */
function belongs(party: PartyDoc, work: Work): boolean {
  if (party.role !== 'agent' || party.invited || !isThere(party)) return true
  if (party.state === 'in' && party.task.kind !== 'confirm')
    return work.state === 'active' && work.agentId !== null && party.agentId?.equals(work.agentId) === true
  return (
    (work.state === 'offered' && work.offer !== null && party.offerId?.equals(work.offer.id) === true) ||
    // Has just been taken by this very party.
    (work.state === 'active' && party.agentId?.equals(work.agentId ?? '') === true)
  )
}

/** Somebody took it from the queue by hand: nothing has rung them yet. */
const isTakenByHand = (parties: PartyDoc[], { state, agentId, acceptedAt }: Work) =>
  state === 'active' &&
  agentId !== null &&
  acceptedAt !== null &&
  !parties.some((party) => party.agentId?.equals(agentId) && (isThere(party) || party.since >= acceptedAt))

const ringing = (
  agentId: Types.ObjectId,
  offerId: Types.ObjectId | null,
  phone: Phone,
  now: Date
): PartyDoc =>
  newParty(
    {
      role: 'agent',
      agentId,
      offerId,
      target: phone.target,
      name: phone.name,
      task: phone.confirms ? { kind: 'confirm' } : { kind: 'join' }
    },
    now
  )

function stateOf(call: CallDoc, parties: PartyDoc[], work: Work): CallDoc['state'] {
  if (customerOf({ ...call, parties }).task.kind === 'voicemail') return 'voicemail'
  if (isTalk(parties)) return 'talking'
  if (!wasReached(call)) return 'ringing'
  return work.state === 'offered' ? 'ringing' : 'waiting'
}

const figuresOf = (work: Work) => ({
  interactionId: work._id.toHexString(),
  agentId: (work.agentId ?? work.offer?.agentId)?.toHexString() ?? null
})
