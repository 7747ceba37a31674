import type { Types } from 'mongoose'
import type { CallPolicy, Line, Step } from '@palabre/channels/call'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { acceptOffer } from '../interactions/accept.ts'
import { Refusal } from '../refuse.ts'
import { customerTag, partyOf, type CallDoc, type PartyDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { linesOf } from './lines.ts'
import { noticeBeforeTalk } from './notice.ts'
import { doing, isTalk, isTalker, sentOut, withParty } from './parties.ts'
import { stepsOf } from './steps.ts'
import { writeCall } from './write.ts'

/** Somebody who was called has answered: an agent takes the offer by it, others come into the room. */
export async function partyAnswers(
  hub: Hub,
  door: VoiceDoor,
  known: CallDoc,
  tag: string,
  line: Line,
  partyId: string
): Promise<Step[]> {
  const party = partyOf(known, tag)
  const takes = party.offerId !== null && party.task.kind === 'join' && party.state !== 'in'
  const mayCome = takes ? await takeOffer(hub, known, party, party.offerId!) : true
  const now = new Date()
  const { doc } = await writeCall(
    hub,
    known._id,
    (call) => {
      const newest = partyOf(call, tag)
      if (newest.state === 'ended' || (newest.state === 'in' && newest.partyId === partyId)) return null
      const there = { ...newest, partyId, state: 'in' as const, since: now }
      const next = mayCome ? there : sentOut(there, now)
      return {
        set: inTalk(
          call,
          withParty(call.parties, tag, () => next),
          door.policy,
          now
        ),
        entries: [{ name: 'joined', figures: { ...figuresOf(next), talks: isTalker(next) ? 1 : 0 } }]
      }
    },
    known
  )
  const then = partyOf(doc, tag)
  if (then.state === 'ended') return [{ kind: 'hangUp' }]
  linesOf(hub).attach(doc, then, line, 'now')
  const notice = tag === customerTag ? noticeBeforeTalk(door) : []
  return [...notice, ...stepsOf(doc, then, door.wording)]
}

/** The agent has pressed the key that takes the call, or another one, or none. */
export async function partyConfirms(
  hub: Hub,
  door: VoiceDoor,
  known: CallDoc,
  tag: string,
  isYes: boolean
): Promise<Step[]> {
  const party = partyOf(known, tag)
  const mayCome = isYes && (!party.offerId || (await takeOffer(hub, known, party, party.offerId)))
  const now = new Date()
  const { doc } = await writeCall(hub, known._id, (call) => {
    const newest = partyOf(call, tag)
    if (newest.task.kind !== 'confirm' || newest.state !== 'in') return null
    const next = mayCome ? doing(newest, { kind: 'join' }, now) : sentOut(newest, now)
    return {
      set: inTalk(
        call,
        withParty(call.parties, tag, () => next),
        door.policy,
        now
      ),
      entries: [{ name: mayCome ? 'confirmed' : 'notConfirmed', figures: figuresOf(newest) }]
    }
  })
  const then = partyOf(doc, tag)
  linesOf(hub).answered(doc, then)
  return stepsOf(doc, then, door.wording)
}

async function takeOffer(
  hub: Hub,
  { interactionId }: CallDoc,
  { agentId }: PartyDoc,
  offerId: Types.ObjectId
): Promise<boolean> {
  if (!interactionId || !agentId) return false
  const agent = (await floorOf(hub)).agents.get(agentId.toHexString())
  try {
    await acceptOffer(hub, agentId, interactionId.toHexString(), offerId.toHexString(), {
      id: agent?.userId ?? null,
      name: agent?.name ?? '',
      address: ''
    })
    return true
  } catch (error) {
    // It went to somebody else, or the customer has hung up.
    if (error instanceof Refusal) return false
    throw error
  }
}

/** A customer and somebody else who have each other on the line now talk, whatever was suggested to the customer before. */
function inTalk(
  { talkingSince }: CallDoc,
  parties: PartyDoc[],
  { recording }: CallPolicy,
  now: Date
): Partial<CallDoc> {
  if (!isTalk(parties)) return { parties }
  const heard = withParty(parties, customerTag, (customer) =>
    customer.task.kind === 'suggest' ? doing(customer, { kind: 'wait' }, now) : customer
  )
  return {
    parties: recorded(heard, recording, now),
    state: 'talking',
    talkingSince: talkingSince ?? now
  }
}

/** What is always recorded is recorded from the first word with an agent on. */
const recorded = (parties: PartyDoc[], policy: CallPolicy['recording'], now: Date): PartyDoc[] =>
  policy === 'always'
    ? withParty(parties, customerTag, ({ stream }) =>
        stream === 'off' ? { stream: 'on', changedAt: now } : {}
      )
    : parties

const figuresOf = ({ tag, role, agentId }: PartyDoc) => ({
  tag,
  role,
  agentId: agentId?.toHexString() ?? null
})
