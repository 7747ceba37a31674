import { describe, expect, it } from 'vitest'
import { defaultCapacity, type Medium } from '@palabre/config/contract/routing'
import { explain } from './explain.ts'
import type { Candidate, QueueRules, WaitingItem } from './picture.ts'

const now = Date.parse('2026-11-23T10:00:00Z')
const rules: QueueRules = {
  agentChoice: 'longest-idle',
  order: 'first-in',
  horizonMs: 0,
  relaxation: { steps: [], ending: { rule: 'never' } },
  stickySkillNeeded: true
}
const item: WaitingItem = {
  id: 'i',
  version: 1,
  logged: 1,
  queueId: 'q0',
  medium: 'voice',
  priority: 0,
  requirements: [{ skillId: 's', level: 2 }],
  queuedAt: now - 60_000,
  dueAt: null,
  sticky: null,
  preferredIds: [],
  forbiddenIds: [],
  overflowed: [],
  passedOver: []
}
const agent = (id: string, given: Partial<Candidate> = {}): Candidate => ({
  id,
  version: 1,
  presence: 'ready',
  teamId: null,
  queueIds: new Set(['q0']),
  skills: [{ skillId: 's', level: 3 }],
  capacity: defaultCapacity,
  holds: [],
  idleSince: now - 5000,
  handledToday: 0,
  ...given
})
const holds = (medium: Medium) => [{ medium, interactionId: 'x', parked: null }]

describe('why something waits', () => {
  const why = (agents: Candidate[]) => explain(item, agents, rules, [], now).why

  it('is that no agent works in the queue', () => {
    const elsewhere = agent('a', { queueIds: new Set(['q1']) })
    expect(why([elsewhere])).toEqual([{ code: 'nobody-works-here', figures: {} }])
  })

  it('is that nobody has the skill, that nobody is there, or that all are at capacity', () => {
    const lacks = agent('a', { skills: [] })
    const away = agent('b', { presence: 'paused' })
    const busy = agent('c', { holds: holds('voice') })
    expect(why([lacks])).toEqual([{ code: 'nobody-skilled', figures: { lacking: 1 } }])
    expect(why([lacks, away])).toEqual([{ code: 'nobody-there', figures: { away: 1 } }])
    expect(why([lacks, away, busy])).toEqual([{ code: 'all-busy', figures: { busy: 1, away: 1 } }])
    expect(why([lacks, away, busy, agent('d')])).toEqual([
      { code: 'about-to-be-offered', figures: { agents: 1 } }
    ])
  })
})
