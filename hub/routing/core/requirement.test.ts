import { describe, expect, it } from 'vitest'
import type { Relaxation, Requirement } from '@palabre/config/contract/routing'
import { askedAt, meets, nextStage, proficiencyOf, stageAfter } from './requirement.ts'

const someone = {
  id: 'a',
  skills: [
    { skillId: 'cards', level: 3 },
    { skillId: 'english', level: 5 }
  ]
}
const cards = (level: number, upTo?: number): Requirement => ({
  skillId: 'cards',
  level,
  ...(upTo !== undefined && { upTo })
})
const loans: Requirement = { skillId: 'loans', level: 1 }

describe('a requirement', () => {
  it('asks for a skill from a level on, or up to one', () => {
    expect([2, 3, 4].map((level) => meets(someone, cards(level)))).toEqual([true, true, false])
    expect([2, 3].map((upTo) => meets(someone, cards(1, upTo)))).toEqual([false, true])
    expect(meets(someone, loans)).toBe(false)
  })
  it('asks for one of some agents', () => {
    expect(meets(someone, { agentIds: ['b', 'a'] })).toBe(true)
    expect(meets(someone, { agentIds: ['b'] })).toBe(false)
  })
  it('combines: all of, one of, none of', () => {
    expect(meets(someone, { all: [cards(1), loans] })).toBe(false)
    expect(meets(someone, { any: [cards(1), loans] })).toBe(true)
    expect(meets(someone, { not: loans })).toBe(true)
    expect(meets(someone, { all: [cards(1), { not: { any: [loans, { agentIds: ['b'] }] } }] })).toBe(true)
  })
  it('measures an agent by the levels in what is asked for, of alternatives the best one had', () => {
    expect(proficiencyOf(someone, [cards(1), { skillId: 'english', level: 1 }])).toBe(8)
    expect(proficiencyOf(someone, [{ any: [cards(1), { skillId: 'english', level: 1 }, loans] }])).toBe(5)
    expect(proficiencyOf(someone, [{ not: loans }])).toBe(0)
  })
})

describe('relaxation', () => {
  const step = { lowerLevelsBy: 0, dropSkillIds: [], addQueueIds: [], addTeamIds: [] }
  const relaxation: Relaxation = {
    steps: [
      { ...step, afterSeconds: 10, lowerLevelsBy: 2, addQueueIds: ['q1'] },
      { ...step, afterSeconds: 20, lowerLevelsBy: 4, dropSkillIds: ['loans'], addTeamIds: ['t1'] }
    ],
    ending: { rule: 'anyone', afterSeconds: 30 }
  }

  it('comes step by step at the second that was said', () => {
    expect([0, 9_999, 10_000, 20_000, 29_999, 30_000].map((ms) => stageAfter(relaxation, ms))).toEqual([
      0, 0, 1, 2, 2, 3
    ])
    expect([-5000, 10_000, 20_000].map((ms) => nextStage(relaxation, ms))).toEqual([10_000, 20_000, 30_000])
    expect(nextStage(relaxation, 30_000)).toBeNull()
    expect(nextStage({ ...relaxation, ending: { rule: 'never' } }, 20_000)).toBeNull()
  })
  it('adds up, lowers no level below 1, and keeps what an agent must not have', () => {
    const asks = [cards(4, 4), { any: [cards(5), { all: [loans, cards(2)] }] }, { not: cards(5) }]
    expect(askedAt(asks, relaxation, 0)).toEqual({ requirements: asks, queueIds: [], teamIds: [] })
    expect(askedAt(asks, relaxation, 1)).toEqual({
      requirements: [
        cards(2, 4),
        { any: [cards(3), { all: [{ ...loans, level: 1 }, cards(1)] }] },
        { not: cards(5) }
      ],
      queueIds: ['q1'],
      teamIds: []
    })
    expect(askedAt(asks, relaxation, 2)).toEqual({
      requirements: [cards(1, 4), { any: [cards(1), { all: [cards(1)] }] }, { not: cards(5) }],
      queueIds: ['q1'],
      teamIds: ['t1']
    })
  })
  it('opens alternatives of which one asks for nothing any more', () => {
    expect(askedAt([{ any: [cards(5), loans] }, { all: [loans] }], relaxation, 2).requirements).toEqual([])
  })
  it('ends with anyone of the queues and teams that were added, where that was said', () => {
    expect(askedAt([cards(5), { not: cards(1) }, { agentIds: ['b'] }], relaxation, 3)).toEqual({
      requirements: [],
      queueIds: ['q1'],
      teamIds: ['t1']
    })
  })
})
