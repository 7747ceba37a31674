import type { Agent } from '@palabre/config/contract/agent'
import { describe, expect, it } from 'vitest'
import { everything, isTooLong, linesOf, sinceOf, stateOf, still, type View } from './agent-lines.ts'
import { noFigures } from './figures.ts'

const agent = (name: string, change: Partial<Agent> = {}): Agent => ({
  id: name.toLowerCase(),
  version: 1,
  userId: `user ${name}`,
  name,
  teamId: null,
  presence: { state: 'ready', pauseReasonId: null, since: '2026-03-02T08:00:00Z', cause: null },
  skills: [],
  capacity: null,
  capacityProfileId: null,
  phone: null,
  loans: [],
  handled: { day: '', count: 0 },
  holds: [],
  ...change
})
const hold = (since: string, parked: 'idle' | 'due' | null = null) => ({
  interactionId: 'a',
  medium: 'chat' as const,
  since,
  parked
})
const paused = { state: 'paused' as const, pauseReasonId: 'x', since: '2026-03-02T07:00:00Z', cause: null }
const names = (agents: Agent[], view: Partial<View>) =>
  linesOf(
    agents,
    { ...everything, ...view },
    {
      figuresOf: (id) => ({ ...noFigures, handled: id.length }),
      queuesOf: ({ loans }) => loans.map(({ queueId }) => queueId),
      teamName: (id) => id ?? 'zzz',
      compare: (a, b) => a.localeCompare(b)
    }
  ).map((line) => (line.kind === 'agent' ? line.agent.name : `# ${line.id} ${String(line.count)}`))

describe('how an agent stands', () => {
  it('is at work when something in hand takes a place, since it was taken', () => {
    const busy = agent('A', { holds: [hold('2026-03-02T08:10:00Z'), hold('2026-03-02T08:20:00Z')] })
    expect(stateOf(busy)).toBe('busy')
    expect(sinceOf(busy)).toBe(Date.parse('2026-03-02T08:10:00Z'))
    expect(stateOf(agent('B', { holds: [hold('2026-03-02T08:10:00Z', 'idle')] }))).toBe('ready')
    expect(stateOf(agent('C', { presence: paused, holds: [hold('2026-03-02T06:00:00Z')] }))).toBe('paused')
  })

  it('is marked when it lasts too long', () => {
    expect(isTooLong('paused', 31 * 60_000)).toBe(true)
    expect(isTooLong('paused', 29 * 60_000)).toBe(false)
    expect(isTooLong('busy', 31 * 60_000)).toBe(false)
  })
})

describe('the lines of agents', () => {
  const some = [
    agent('Élodie', { teamId: 'b', skills: [{ skillId: 's', level: 1 }] }),
    agent('Bo', { teamId: 'a', presence: paused }),
    agent('Amy', { loans: [{ queueId: 'q', until: '', by: { id: '', name: '' } }] })
  ]

  it('are what is looked for, whatever the accents', () => {
    expect(names(some, {})).toEqual(['Amy', 'Bo', 'Élodie'])
    expect(names(some, { text: 'elo' })).toEqual(['Élodie'])
    expect(names(some, { skillId: 's' })).toEqual(['Élodie'])
    expect(names(some, { queueId: 'q' })).toEqual(['Amy'])
    expect(names(some, { state: 'paused' })).toEqual(['Bo'])
    expect(names(some, { teamId: 'none' })).toEqual(['Amy'])
  })

  it('are sorted and grouped', () => {
    expect(names(some, { sort: 'handled' })).toEqual(['Élodie', 'Amy', 'Bo'])
    expect(names(some, { sort: 'time' })).toEqual(['Bo', 'Amy', 'Élodie'])
    expect(names(some, { group: 'state' })).toEqual(['# ready 2', 'Amy', 'Élodie', '# paused 1', 'Bo'])
    expect(names(some, { group: 'team' })).toEqual(['# a 1', 'Bo', '# b 1', 'Élodie', '# none 1', 'Amy'])
  })

  it('stay where they are while somebody points at them', () => {
    const [a, b, c] = some.map((one) => ({ kind: 'agent' as const, key: one.id, agent: one }))
    const changed = { ...a!, agent: { ...a!.agent, version: 2 } }
    expect(still([b!, changed, c!], [a!, b!])).toEqual([changed, b, c])
  })
})
