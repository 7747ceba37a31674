import fc from 'fast-check'
import { Types } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { customerTag, type CallDoc, type PartyDoc } from './call.model.ts'
import { followWork, type Work } from './follow-work.ts'
import { newCall } from './new-call.ts'
import { newParty } from './new-party.ts'
import { isIn, isThere, sentOut } from './parties.ts'
import { phoneOf } from './phone.ts'

const now = new Date('2026-11-23T10:00:00Z')
const awa = new Types.ObjectId()
const boris = new Types.ObjectId()
const phone = (id: Types.ObjectId) => phoneOf({ id: id.toHexString(), name: 'somebody' })

const partyOf = (more: Partial<PartyDoc>): PartyDoc =>
  newParty(
    { role: 'agent', agentId: null, target: null, name: '', task: { kind: 'join' }, state: 'in', ...more },
    now
  )
const customer = partyOf({ tag: customerTag, role: 'customer', partyId: 'sid', task: { kind: 'wait' } })

const callOf = (parties: PartyDoc[], state: CallDoc['state'] = 'waiting'): CallDoc =>
  newCall(
    {
      accountId: new Types.ObjectId(),
      interactionId: new Types.ObjectId(),
      direction: 'in',
      recordingRule: 'never',
      number: '+221700000001',
      ourNumber: '+221338000000',
      name: '',
      state,
      parties: [customer, ...parties]
    },
    { name: 'arrived' },
    now
  )

const work = (more: Partial<Work>): Work => ({
  _id: new Types.ObjectId(),
  state: 'queued',
  agentId: null,
  offer: null,
  acceptedAt: null,
  callback: null,
  ...more
})
const offerTo = (agentId: Types.ObjectId) => ({
  id: new Types.ObjectId(),
  agentId,
  at: now,
  expiresAt: new Date(now.getTime() + 20_000),
  reasons: []
})

/** The call as it is after the change. */
function followed(call: CallDoc, to: Work): CallDoc {
  const change = followWork(call, to, phone, now)
  return change ? { ...call, ...(change.set as Partial<CallDoc>) } : call
}
const taskOf = (call: CallDoc, tag: string) => call.parties.find((one) => one.tag === tag)?.task.kind

describe('a call that follows its interaction', () => {
  it('rings the agent of an offer, once', () => {
    const offered = work({ state: 'offered', offer: offerTo(awa) })
    const call = followed(callOf([]), offered)
    expect(call.state).toBe('ringing')
    expect(call.parties[1]).toMatchObject({
      role: 'agent',
      agentId: awa,
      offerId: offered.offer?.id,
      state: 'wanted'
    })
    expect(followWork(call, offered, phone, now)).toBeNull()
  })

  it('rings whoever took it by hand, once, and not again after their line has broken', () => {
    const taken = work({ state: 'active', agentId: awa, acceptedAt: now })
    const call = followed(callOf([]), taken)
    expect(call.parties[1]).toMatchObject({ agentId: awa, offerId: null, state: 'wanted' })
    expect(followWork(call, taken, phone, now)).toBeNull()
    const broken = partyOf({ agentId: awa, state: 'ended', since: new Date(now.getTime() + 1000) })
    expect(followed(callOf([broken], 'talking'), taken).parties).toHaveLength(2)
  })

  it('stops ringing when the offer is gone, and forgets who was not called yet', () => {
    const offer = offerTo(awa)
    const ringing = partyOf({ agentId: awa, offerId: offer.id, state: 'ringing' })
    const wanted = partyOf({ agentId: boris, offerId: new Types.ObjectId(), state: 'wanted' })
    const call = followed(callOf([ringing, wanted], 'ringing'), work({ state: 'queued' }))
    expect(taskOf(call, ringing.tag)).toBe('out')
    expect(call.parties.find(({ tag }) => tag === wanted.tag)?.state).toBe('ended')
    expect(call.state).toBe('waiting')
  })

  it('leaves the agent who has just taken it in the room, and the customer where they are', () => {
    const offer = offerTo(awa)
    const answering = partyOf({ agentId: awa, offerId: offer.id, state: 'ringing' })
    const call = followed(callOf([answering], 'ringing'), work({ state: 'active', agentId: awa }))
    expect(call.parties[0]).toBe(customer)
    expect(taskOf(call, answering.tag)).toBe('join')
  })

  it('gives a customer music again when the agent has lost the work, and sends the agent out', () => {
    const agent = partyOf({ agentId: awa, offerId: new Types.ObjectId() })
    const call = followed(callOf([agent], 'talking'), work({ state: 'queued' }))
    expect(taskOf(call, agent.tag)).toBe('out')
    expect(call.parties[0]).toMatchObject({ task: { kind: 'wait' }, turn: 1, held: false })
  })

  it('gives a customer music again when the agent’s line has broken', () => {
    const gone = partyOf({ agentId: awa, offerId: new Types.ObjectId(), state: 'ended' })
    const call = followed(callOf([gone], 'talking'), work({ state: 'queued' }))
    expect(call.parties[0]).toMatchObject({ task: { kind: 'wait' }, turn: 1 })
    expect(call.state).toBe('waiting')
  })

  it('records a talk and no longer: not the customer who waits again', () => {
    const agent = partyOf({ agentId: awa, offerId: new Types.ObjectId() })
    const talk = callOf([agent], 'talking')
    const recorded = { ...talk, parties: [{ ...customer, stream: 'on' as const }, agent] }
    expect(followed(recorded, work({ state: 'active', agentId: awa })).parties[0]?.stream).toBe('on')
    expect(followed(recorded, work({ state: 'queued' })).parties[0]?.stream).toBe('off')
  })

  it('rings nobody for a message that is being left', () => {
    const leaving = {
      ...callOf([], 'voicemail'),
      parties: [{ ...customer, task: { kind: 'voicemail' } as const }]
    }
    for (const next of [
      work({ state: 'offered', offer: offerTo(awa) }),
      work({ state: 'active', agentId: awa, acceptedAt: now }),
      work({ state: 'closed' })
    ])
      expect(followWork(leaving, next, phone, now)).toBeNull()
  })

  it('keeps those who were brought in, and the customer with them', () => {
    const agent = partyOf({ agentId: awa, offerId: new Types.ObjectId() })
    const guest = partyOf({ role: 'guest', invited: true })
    const call = followed(callOf([agent, guest], 'talking'), work({ state: 'wrapup', agentId: awa }))
    expect(taskOf(call, guest.tag)).toBe('join')
    expect(call.parties[0]?.task.kind).toBe('wait')
    expect(call.state).toBe('talking')
  })

  it('ends when the work is closed and nobody is left to talk to', () => {
    const call = followed(
      callOf([partyOf({ agentId: awa, offerId: new Types.ObjectId() })], 'talking'),
      work({ state: 'closed', agentId: awa })
    )
    expect(call.parties.every(({ task }) => task.kind === 'out')).toBe(true)
  })

  it('leaves a customer who was told to go on their way, whatever becomes of the work meanwhile', () => {
    const agent = partyOf({ agentId: awa, offerId: new Types.ObjectId() })
    const talk = callOf([agent], 'talking')
    const left = { ...talk, parties: talk.parties.map((one) => sentOut(one, now)) }
    for (const state of ['queued', 'active', 'wrapup', 'closed'] as const)
      expect(followWork(left, work({ state, agentId: awa }), phone, now)).toBeNull()
    expect(followWork(left, work({ state: 'offered', offer: offerTo(boris) }), phone, now)).toBeNull()
    const rung = { ...left, parties: [...left.parties, partyOf({ agentId: boris, state: 'wanted' })] }
    expect(followed(rung, work({ state: 'queued' })).parties.at(-1)).toMatchObject({ state: 'ended' })
  })

  it('does not count a listening supervisor as company', () => {
    const supervisor = partyOf({ role: 'supervisor', invited: true, muted: true })
    const agent = partyOf({ agentId: awa, offerId: new Types.ObjectId() })
    const call = followed(callOf([agent, supervisor], 'talking'), work({ state: 'queued' }))
    expect(call.parties[0]?.turn).toBe(1)
  })

  it('always comes to rest, and never leaves two agents of two offers with the customer', () => {
    const agents = [awa, boris]
    const someWork = fc
      .record({
        state: fc.constantFrom('queued', 'offered', 'active', 'wrapup', 'closed'),
        agent: fc.constantFrom(0, 1)
      })
      .map(({ state, agent }) =>
        work({
          state: state as Work['state'],
          agentId: state === 'active' || state === 'wrapup' ? agents[agent]! : null,
          offer: state === 'offered' ? offerTo(agents[agent]!) : null
        })
      )
    fc.assert(
      fc.property(fc.array(someWork, { maxLength: 12 }), fc.array(fc.boolean()), (works, answers) => {
        let call = callOf([])
        works.forEach((next, i) => {
          call = followed(call, next)
          expect(followWork(call, next, phone, now)).toBeNull()
          // Now and then somebody answers who still may.
          if (answers[i])
            call = {
              ...call,
              parties: call.parties.map((party) =>
                party.state !== 'ended' && isThere(party) ? { ...party, state: 'in' as const } : party
              )
            }
          const talking = call.parties.filter((one) => one.role === 'agent' && isIn(one))
          expect(talking.length).toBeLessThanOrEqual(1)
        })
      })
    )
  })
})
