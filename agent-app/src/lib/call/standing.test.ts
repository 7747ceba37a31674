import type { Call, Party } from '@palabre/config/contract/call'
import { describe, expect, it } from 'vitest'
import { situationOf, standingOf, whyNot, type Control } from './standing.ts'

const party = (change: Partial<Party>): Party => ({
  tag: 't',
  role: 'agent',
  agentId: null,
  name: '',
  state: 'in',
  held: false,
  heldSince: null,
  muted: false,
  coach: null,
  since: '',
  end: null,
  ...change
})
const customer = (change: Partial<Party> = {}) => party({ tag: 'customer', role: 'customer', ...change })
const me = (change: Partial<Party> = {}) => party({ tag: 'me', agentId: 'a', ...change })
const colleague = (change: Partial<Party> = {}) => party({ tag: 'b', agentId: 'b', ...change })
const callOf = (...parties: Party[]) => ({ state: 'talking', parties }) as Call
const stand = (isOwner: boolean, ...parties: Party[]) => {
  const call = callOf(...parties)
  const standing = standingOf(call, 'a', isOwner)
  return {
    call,
    standing,
    situation: situationOf(call, standing),
    why: (control: Parameters<typeof whyNot>[0]) => whyNot(control, call, standing)
  }
}

describe('where an agent stands in a call', () => {
  it('lets its agent do all, and hand over only to somebody who answered', () => {
    expect(stand(true, customer(), me()).why('hold')).toBeNull()
    expect(stand(true, customer(), me()).why('handOver')).toBe('nobody')
    expect(stand(true, customer(), me(), colleague({ state: 'ringing' })).why('handOver')).toBe(
      'not-answered'
    )
    expect(stand(true, customer(), me(), colleague()).why('handOver')).toBeNull()
  })

  it('waits for the own phone, and lets the work be transferred meanwhile', () => {
    const { why, situation } = stand(true, customer(), me({ state: 'ringing' }))
    expect(situation).toBe('connecting')
    expect([why('mute'), why('hold'), why('hangUp'), why('transfer')]).toEqual([
      'not-in',
      'not-in',
      'not-in',
      null
    ])
  })

  it('says that the customer is called where that comes before the own phone', () => {
    const first = (state: Party['state']) =>
      stand(true, customer({ state }), me({ state: 'wanted' })).situation
    expect([first('called'), first('ringing'), first('in')]).toEqual(['calling', 'ringing', 'connecting'])
    expect(stand(true, customer({ state: 'wanted' }), me({ state: 'called' })).situation).toBe('connecting')
  })

  it('gives a guest only their own phone', () => {
    const { why, standing } = stand(false, customer(), colleague(), me())
    expect(standing.role).toBe('guest')
    expect([why('mute'), why('hangUp'), why('hold'), why('invite')]).toEqual([
      null,
      null,
      'not-yours',
      'not-yours'
    ])
  })

  it('names what goes on', () => {
    expect(stand(true, customer(), me()).situation).toBe('talking')
    expect(stand(true, customer({ held: true }), me()).situation).toBe('held')
    expect(stand(true, customer({ held: true }), me(), colleague()).situation).toBe('private')
    expect(stand(true, customer({ held: true }), me(), colleague({ state: 'ringing' })).situation).toBe(
      'held'
    )
    expect(stand(true, customer(), me(), colleague()).situation).toBe('conference')
    const supervisor = (change: Partial<Party>) =>
      stand(false, customer(), colleague(), me({ role: 'supervisor', ...change }))
    expect(supervisor({ muted: true }).situation).toBe('listening')
    expect(supervisor({ coach: 'agent' }).situation).toBe('whispering')
    expect(supervisor({}).situation).toBe('joined')
  })

  it('can do little before a customer who is called has answered', () => {
    const called = (state: Party['state']) => {
      const call = { ...callOf(customer({ state }), me()), direction: 'out' } as Call
      const standing = standingOf(call, 'a', true)
      return { situation: situationOf(call, standing), why: (c: Control) => whyNot(c, call, standing) }
    }
    expect([called('wanted').situation, called('called').situation]).toEqual(['calling', 'calling'])
    const { situation, why } = called('ringing')
    expect(situation).toBe('ringing')
    const early = ['hold', 'record', 'keys', 'invite', 'transfer'] as const
    expect(early.map(why)).toEqual(early.map(() => 'not-reached'))
    expect([why('mute'), why('hangUp')]).toEqual([null, null])
    expect(called('in').why('hold')).toBeNull()
  })

  it('has no place for one who left', () => {
    const { standing } = stand(false, customer(), colleague(), me({ state: 'ended' }))
    expect(standing.role).toBe('none')
    expect(standing.own).toBeNull()
  })
})
