import { describe, expect, it } from 'vitest'
import type { CallDoc } from './call.model.ts'
import { factsOf } from './facts.ts'
import { newCall } from './new-call.ts'
import { newParty } from './new-party.ts'
import { Types } from 'mongoose'

const start = Date.parse('2026-11-23T10:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000)
const agentId = new Types.ObjectId()

type Step = [seconds: number, name: string, figures?: Record<string, string | number>]

const callOf = (direction: 'in' | 'out', ...steps: Step[]): CallDoc => {
  const customer = newParty(
    { tag: 'customer', role: 'customer', agentId: null, target: null, name: '', task: { kind: 'wait' } },
    at(0)
  )
  const agent = newParty(
    {
      tag: 'a',
      role: 'agent',
      agentId,
      offerId: direction === 'in' ? new Types.ObjectId() : null,
      target: null,
      name: 'A',
      task: { kind: 'join' }
    },
    at(0)
  )
  const call = newCall(
    {
      accountId: new Types.ObjectId(),
      interactionId: null,
      direction,
      recordingRule: 'never',
      number: '+221770000001',
      ourNumber: '+221338000000',
      name: '',
      state: 'talking',
      parties: [customer, agent]
    },
    { name: direction === 'in' ? 'arrived' : 'dialled' },
    at(0)
  )
  const log = steps.map(([seconds, name, figures = {}], i) => ({
    n: i + 2,
    at: at(seconds),
    name,
    byId: null,
    figures
  }))
  return { ...call, log: [...call.log, ...log] }
}
const facts = (call: CallDoc, ended: number) =>
  factsOf(
    call,
    call.parties,
    'customer',
    { cause: 'hungUp', by: 'party', sipStatus: 200, seconds: ended },
    at(ended)
  )

describe('what reports need of a call', () => {
  it('counts wait, ringing and talk of a call that came in', () => {
    const call = callOf(
      'in',
      [2, 'queued'],
      [10, 'ringing'],
      [16, 'joined', { tag: 'a', talks: 1 }],
      [20, 'held'],
      [30, 'retrieved']
    )
    expect(facts(call, 76)).toMatchObject({
      waitSeconds: 16,
      alertSeconds: 6,
      talkSeconds: 60,
      holds: 1,
      offered: 1,
      transfers: 0,
      cause: 'hungUp'
    })
  })

  it('counts the wait of somebody whom nobody answered until they left', () => {
    expect(facts(callOf('in', [2, 'queued'], [10, 'ringing']), 40)).toMatchObject({
      waitSeconds: 40,
      alertSeconds: 30,
      talkSeconds: 0
    })
  })

  it('counts talk only while the customer and somebody else are there, over a transfer too', () => {
    const call = callOf(
      'in',
      [10, 'joined', { tag: 'a', talks: 1 }],
      [20, 'joined', { tag: 's', talks: 0 }],
      [25, 'joined', { tag: 'b', talks: 1 }],
      [30, 'handedOver'],
      [31, 'left', { tag: 'a' }],
      [40, 'left', { tag: 'b' }],
      [41, 'waiting'],
      [50, 'joined', { tag: 'c', talks: 1 }]
    )
    expect(facts(call, 60)).toMatchObject({ waitSeconds: 10, talkSeconds: 40, transfers: 1 })
  })

  it('rings until the customer answers in a call of ours; the agent alone does not talk', () => {
    const reached = callOf(
      'out',
      [4, 'joined', { tag: 'a', talks: 1 }],
      [12, 'joined', { tag: 'customer', talks: 0 }]
    )
    expect(facts(reached, 42)).toMatchObject({ alertSeconds: 12, talkSeconds: 30, waitSeconds: 12 })
    expect(facts(callOf('out', [4, 'joined', { tag: 'a', talks: 1 }]), 30)).toMatchObject({
      alertSeconds: 30,
      talkSeconds: 0
    })
  })

  it('counts hold that is still going on', () => {
    const call = callOf('in', [10, 'joined', { tag: 'a', talks: 1 }], [20, 'held'])
    const parties = call.parties.map((one) =>
      one.tag === 'customer' ? { ...one, held: true, heldSince: at(20), heldMs: 5000 } : one
    )
    expect(factsOf(call, parties, 'agent', null, at(50))).toMatchObject({
      holdSeconds: 35,
      cause: null
    })
  })
})
