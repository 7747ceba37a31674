import type { Requirement } from '@palabre/config/contract/routing'
import { describe, expect, it } from 'vitest'
import { sayOverflowRule, sayRelaxation, sayRequirements, type Saying } from './say-rules.ts'

const called: Record<string, string> = {
  c: 'Cards',
  f: 'French',
  e: 'English',
  a: 'Awa',
  s: 'Sam',
  q: 'Loans'
}
const saying = (locale: Saying['locale']): Saying => ({
  locale,
  nameOf: (id) => called[id],
  spell: (ms) => `${ms / 1000} s`
})
const both = (requirements: Requirement[]) =>
  (['en', 'fr'] as const).map((locale) => sayRequirements(saying(locale), requirements))

describe('requirements as a sentence', () => {
  it('says that there are none', () =>
    expect(both([])[0]).toBe('Goes to any agent of the teams that work this queue.'))
  it('says levels as they count', () =>
    expect(
      both([
        { skillId: 'c', level: 3 },
        { skillId: 'f', level: 1 },
        { skillId: 'e', level: 2, upTo: 4 }
      ])
    ).toEqual([
      'Goes to an agent who has Cards at level 3 or higher, has French and has English at level 2 to 4.',
      'Va à un agent qui a Cards au niveau 3 ou plus, a French et a English du niveau 2 au niveau 4.'
    ]))
  it('keeps groups together', () =>
    expect(
      both([{ skillId: 'c', level: 5 }, { any: [{ skillId: 'f', level: 2 }, { agentIds: ['a', 's'] }] }])
    ).toEqual([
      'Goes to an agent who has Cards at exactly level 5 and (has French at level 2 or higher or is Awa or Sam).',
      'Va à un agent qui a Cards exactement au niveau 5 et (a French au niveau 2 ou plus ou est Awa ou Sam).'
    ]))
  it('turns "none of" round into what an agent is not and does not have', () =>
    expect(both([{ not: { any: [{ skillId: 'e', level: 4 }, { agentIds: ['a'] }] } }])).toEqual([
      'Goes to an agent who does not have English at level 4 or higher and is not Awa.',
      'Va à un agent qui n’a pas English au niveau 4 ou plus et n’est pas Awa.'
    ]))
})

describe('rules of a queue in one line', () => {
  it('says how requirements give way, and the end', () =>
    expect(
      sayRelaxation(saying('en'), {
        steps: [
          { afterSeconds: 60, lowerLevelsBy: 1, dropSkillIds: [], addQueueIds: [], addTeamIds: [] },
          { afterSeconds: 120, lowerLevelsBy: 0, dropSkillIds: ['c'], addQueueIds: ['q'], addTeamIds: [] }
        ],
        ending: { rule: 'anyone', afterSeconds: 300 }
      })
    ).toBe('after 60 s: 1 level lower · after 120 s: without Cards, also Loans · after 300 s anyone'))
  it('says what overflows when, and where to', () =>
    expect(
      sayOverflowRule(saying('fr'), {
        media: ['chat'],
        when: { kind: 'waited', seconds: 90 },
        then: { kind: 'queue', queueId: 'q' }
      })
    ).toBe('Quand il a attendu 90 s (Chat) : le déplacer dans Loans'))
})
