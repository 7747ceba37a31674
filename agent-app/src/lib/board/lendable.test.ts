import { describe, expect, it } from 'vitest'
import type { Agent } from '@palabre/config/contract/agent'
import { lendableTo, lentTo, meets } from './lendable.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const agent = (name: string, change: Partial<Agent> = {}): Agent =>
  ({
    id: name,
    name,
    teamId: 'theirs',
    presence: { state: 'ready' },
    skills: [],
    loans: [],
    holds: [],
    ...change
  }) as unknown as Agent
const teams = [
  { id: 'ours', queueIds: ['q'] },
  { id: 'theirs', queueIds: ['r'] }
]
const queue = { id: 'q', requirements: [{ skillId: 's', level: 3 }] }
const skilled = { skills: [{ skillId: 's', level: 4 }] }
const hold = { interactionId: 'i', medium: 'chat', since: '', parked: null } as const

describe('agents who may be lent', () => {
  it('are ready, of other teams and not lent already: the skilled and the free first', () => {
    const loan = (until: number) => [
      { queueId: 'q', until: new Date(until).toISOString(), by: { id: 'x', name: 'X' } }
    ]
    const found = lendableTo(
      queue,
      [
        agent('Unskilled'),
        agent('Busy', { ...skilled, holds: [hold] }),
        agent('Free', skilled),
        agent('Ours', { ...skilled, teamId: 'ours' }),
        agent('Paused', { ...skilled, presence: { state: 'paused' } as Agent['presence'] }),
        agent('Lent', { ...skilled, loans: loan(now + 1) }),
        agent('Back', { ...skilled, loans: loan(now - 1) })
      ],
      teams,
      now
    )
    expect(found.map((one) => [one.agent.name, one.isSkilled, one.inHand])).toEqual([
      ['Back', true, 0],
      ['Free', true, 0],
      ['Busy', true, 1],
      ['Unskilled', false, 0]
    ])
    expect(lentTo('q', [agent('Lent', { loans: loan(now + 1) })], now)).toHaveLength(1)
    expect(lentTo('q', [agent('Back', { loans: loan(now - 1) })], now)).toEqual([])
  })

  it('meet requirements within their levels, and combinations of them', () => {
    const one = agent('A', skilled)
    expect(meets(one, { skillId: 's', level: 4 })).toBe(true)
    expect(meets(one, { skillId: 's', level: 1, upTo: 3 })).toBe(false)
    expect(meets(one, { not: { skillId: 't', level: 1 } })).toBe(true)
    expect(meets(one, { any: [{ agentIds: ['B'] }, { skillId: 's', level: 1 }] })).toBe(true)
    expect(meets(one, { all: [{ agentIds: ['B'] }, { skillId: 's', level: 1 }] })).toBe(false)
  })
})
