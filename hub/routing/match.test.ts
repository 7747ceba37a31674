import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { match, scoreOf, type Candidate, type Match, type QueueRules, type WaitingItem } from './match.ts'

const now = Date.parse('2026-11-23T10:00:00Z')
const media = ['voice', 'chat', 'email', 'messaging', 'social', 'callback'] as const
type Medium = (typeof media)[number]
const choices = ['longest-idle', 'least-loaded', 'best-skilled'] as const
const queueIds = ['q0', 'q1', 'q2']
const skillIds = ['s0', 's1', 's2']
const agentIds = ['a0', 'a1', 'a2', 'a3', 'a4', 'a5']

/** The capacity rules in other words than the engine's, so that a mistake in one is seen by the other. */
function fits(capacity: Candidate['capacity'], held: Medium[], next: Medium): boolean {
  const count = (medium: Medium) => held.filter((one) => one === medium).length
  if (count(next) + 1 > (capacity[next] ?? 0)) return false
  const onPhone = count('voice') + count('callback') > 0
  const urgent = count('chat') + count('messaging') > 0
  if (onPhone) return false
  return !((next === 'voice' || next === 'callback') && urgent)
}

const skillsArb = fc.uniqueArray(
  fc.record({ skillId: fc.constantFrom(...skillIds), level: fc.integer({ min: 1, max: 5 }) }),
  { selector: ({ skillId }) => skillId, maxLength: 3 }
)
const capacityArb = fc.record(
  Object.fromEntries(media.map((medium) => [medium, fc.integer({ min: 0, max: 3 })])) as Record<
    Medium,
    fc.Arbitrary<number>
  >,
  { requiredKeys: [] }
) as fc.Arbitrary<Candidate['capacity']>

const agentArb = (id: string): fc.Arbitrary<Candidate> =>
  fc
    .record({
      presence: fc.constantFrom('ready', 'ready', 'ready', 'paused', 'no-answer', 'offline' as const),
      queues: fc.subarray(queueIds),
      skills: skillsArb,
      capacity: capacityArb,
      wants: fc.array(fc.constantFrom(...media), { maxLength: 4 }),
      idleFor: fc.integer({ min: 0, max: 5 })
    })
    .map(({ presence, queues, skills, capacity, wants, idleFor }) => {
      const held: Medium[] = []
      for (const medium of wants) if (fits(capacity, held, medium)) held.push(medium)
      return {
        id,
        version: 1,
        presence: presence as Candidate['presence'],
        teamQueueIds: new Set(queues),
        skills,
        capacity,
        holds: held.map((medium, i) => ({ medium, interactionId: `${id}-${String(i)}` })),
        idleSince: now - idleFor * 60_000
      }
    })

const itemArb = (id: string): fc.Arbitrary<WaitingItem> =>
  fc
    .record({
      queueId: fc.constantFrom(...queueIds),
      medium: fc.constantFrom(...media),
      priority: fc.integer({ min: 0, max: 10 }),
      requirements: skillsArb,
      waited: fc.integer({ min: 0, max: 30 }),
      target: fc.option(fc.integer({ min: 1, max: 20 })),
      sticky: fc.option(
        fc.record({ agentId: fc.constantFrom(...agentIds), left: fc.integer({ min: -2, max: 2 }) }),
        { freq: 4 }
      ),
      passedOver: fc.subarray(agentIds, { maxLength: 2 })
    })
    .map(({ queueId, medium, priority, requirements, waited, target, sticky, passedOver }) => {
      const queuedAt = now - waited * 60_000
      return {
        id,
        version: 1,
        logged: 1,
        queueId,
        medium,
        priority,
        requirements,
        queuedAt,
        dueAt: target === null ? null : queuedAt + target * 60_000,
        sticky: sticky && { agentId: sticky.agentId, until: now + sticky.left * 60_000 },
        passedOver
      }
    })

const floorArb = fc
  .record({
    agents: fc.tuple(...agentIds.map(agentArb)).chain((agents) => fc.subarray(agents)),
    items: fc
      .integer({ min: 0, max: 14 })
      .chain((n) =>
        fc.tuple(...Array.from({ length: n }, (_, i) => itemArb(`i${String(i).padStart(2, '0')}`)))
      ),
    choice: fc.constantFrom(...choices)
  })
  .map(({ agents, items, choice }) => ({ agents, items, rules: (): QueueRules => ({ agentChoice: choice }) }))

const agentOf = (agents: Candidate[], id: string) => agents.find((agent) => agent.id === id)!
const heldBy = (agent: Candidate, matches: Match[]): Medium[] => [
  ...agent.holds.map(({ medium }) => medium),
  ...matches.filter(({ agentId }) => agentId === agent.id).map(({ item }) => item.medium)
]
const knows = (agent: Candidate, item: WaitingItem) =>
  agent.teamQueueIds.has(item.queueId) &&
  item.requirements.every((needed) =>
    agent.skills.some(({ skillId, level }) => skillId === needed.skillId && level >= needed.level)
  )
/** The agent for whom the item is held, if it is held now. */
const keptFor = (item: WaitingItem, agents: Candidate[]) => {
  if (!item.sticky || item.sticky.until <= now || item.passedOver.includes(item.sticky.agentId)) return null
  const agent = agents.find(({ id }) => id === item.sticky?.agentId)
  return agent && agent.presence !== 'offline' && knows(agent, item) ? agent : null
}
const pairs = (matches: Match[]) => matches.map(({ item, agentId }) => `${item.id}>${agentId}`).sort()
const often = { numRuns: 1500 }

const agent = (id: string, given: Partial<Candidate> = {}): Candidate => ({
  id,
  version: 1,
  presence: 'ready',
  teamQueueIds: new Set(['q0']),
  skills: [],
  capacity: { chat: 1 },
  holds: [],
  idleSince: now - 1000,
  ...given
})
const item = (id: string, given: Partial<WaitingItem> = {}): WaitingItem => ({
  id,
  version: 1,
  logged: 1,
  queueId: 'q0',
  medium: 'chat',
  priority: 0,
  requirements: [],
  queuedAt: now - 60_000,
  dueAt: null,
  sticky: null,
  passedOver: [],
  ...given
})
const longestIdle = (): QueueRules => ({ agentChoice: 'longest-idle' })

describe('a match, whatever waits and whoever is there,', () => {
  it('gives nobody more than capacity, and no other urgent work beside a call', () =>
    fc.assert(
      fc.property(floorArb, ({ agents, items, rules }) => {
        const matches = match(items, agents, rules, now)
        const held = new Map(agents.map((one) => [one.id, one.holds.map(({ medium }) => medium)]))
        for (const { item: given, agentId } of matches) {
          const before = held.get(agentId)!
          expect(fits(agentOf(agents, agentId).capacity, before, given.medium)).toBe(true)
          before.push(given.medium)
        }
      }),
      often
    ))

  it('gives work only to the ready, of the team, with every skill', () =>
    fc.assert(
      fc.property(floorArb, ({ agents, items, rules }) => {
        for (const { item: given, agentId } of match(items, agents, rules, now)) {
          const taker = agentOf(agents, agentId)
          expect(taker.presence).toBe('ready')
          expect(knows(taker, given)).toBe(true)
        }
      }),
      often
    ))

  it('gives no item twice, and only what waits', () =>
    fc.assert(
      fc.property(floorArb, ({ agents, items, rules }) => {
        const ids = match(items, agents, rules, now).map(({ item: given }) => given.id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(ids.every((id) => items.some((one) => one.id === id))).toBe(true)
      }),
      often
    ))

  it('leaves nobody idle who could take what waits and is held for nobody', () =>
    fc.assert(
      fc.property(floorArb, ({ agents, items, rules }) => {
        const matches = match(items, agents, rules, now)
        const left = items.filter((one) => !matches.some((given) => given.item.id === one.id))
        for (const waiting of left) {
          if (keptFor(waiting, agents)) continue
          const idle = agents.filter(
            (one) =>
              one.presence === 'ready' &&
              knows(one, waiting) &&
              fits(one.capacity, heldBy(one, matches), waiting.medium)
          )
          expect(idle).toEqual([])
        }
      }),
      often
    ))

  it('keeps an item for its sticky agent while the time lasts, and gives it to nobody else', () =>
    fc.assert(
      fc.property(floorArb, ({ agents, items, rules }) => {
        for (const { item: given, agentId } of match(items, agents, rules, now)) {
          const preferred = keptFor(given, agents)
          if (preferred) expect(agentId).toBe(preferred.id)
        }
      }),
      often
    ))

  it('asks who declined only when nobody else has room', () =>
    fc.assert(
      fc.property(floorArb, ({ agents, items, rules }) => {
        const matches = match(items, agents, rules, now)
        for (const { item: given, agentId } of matches) {
          if (!given.passedOver.includes(agentId)) continue
          const others = agents.filter(
            (one) =>
              one.presence === 'ready' &&
              knows(one, given) &&
              !given.passedOver.includes(one.id) &&
              fits(one.capacity, heldBy(one, matches), given.medium)
          )
          expect(others).toEqual([])
        }
      }),
      often
    ))

  it('decides the same for the same picture, in whatever order it is given', () =>
    fc.assert(
      fc.property(
        floorArb.chain((floor) =>
          fc.record({
            floor: fc.constant(floor),
            agents: fc.shuffledSubarray(floor.agents, { minLength: floor.agents.length }),
            items: fc.shuffledSubarray([...floor.items], { minLength: floor.items.length })
          })
        ),
        ({ floor, agents, items }) => {
          const first = match(floor.items, floor.agents, floor.rules, now)
          expect(pairs(match(items, agents, floor.rules, now))).toEqual(pairs(first))
        }
      ),
      often
    ))

  it('changes nothing of what it was given', () =>
    fc.assert(
      fc.property(floorArb, ({ agents, items, rules }) => {
        const before = structuredClone({ agents, items })
        match(items, agents, rules, now)
        expect({ agents, items }).toEqual(before)
      })
    ))

  it('never takes a later item before an earlier one of the same kind', () =>
    fc.assert(
      fc.property(floorArb, ({ agents, items, rules }) => {
        const plain = items.map((one) => ({
          ...one,
          queueId: 'q0',
          medium: 'chat' as const,
          requirements: [],
          sticky: null,
          passedOver: []
        }))
        const taken = new Set(match(plain, agents, rules, now).map(({ item: given }) => given.id))
        const worstTaken = Math.min(
          ...plain.filter(({ id }) => taken.has(id)).map((one) => scoreOf(one, now))
        )
        const bestLeft = Math.max(...plain.filter(({ id }) => !taken.has(id)).map((one) => scoreOf(one, now)))
        expect(bestLeft).toBeLessThanOrEqual(worstTaken)
      }),
      often
    ))

  it('leaves nobody waiting for an agent more, where each has room for one', () => {
    const oneEach = floorArb.map(({ agents, items, rules }) => ({
      agents: agents.map((one) => ({ ...one, capacity: { chat: 1 }, holds: [] })),
      items: items.map((one) => ({ ...one, medium: 'chat' as const, sticky: null, passedOver: [] })),
      rules
    }))
    fc.assert(
      fc.property(oneEach, agentArb('a9'), ({ agents, items, rules }, more) => {
        const before = match(items, agents, rules, now)
        const joined = { ...more, capacity: { chat: 1 }, holds: [] }
        const after = new Set(
          match(items, [...agents, joined], rules, now).map(({ item: given }) => given.id)
        )
        for (const { item: given } of before) expect(after.has(given.id)).toBe(true)
      }),
      often
    )
  })

  it('spreads equal work over equal agents to within one', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 50 }),
        fc.constantFrom(...choices),
        (agentCount, itemCount, agentChoice) => {
          const agents = Array.from({ length: agentCount }, (_, i) =>
            agent(`a${String(i)}`, { capacity: { chat: 50 } })
          )
          const items = Array.from({ length: itemCount }, (_, i) => item(`i${String(i)}`))
          const matches = match(items, agents, () => ({ agentChoice }), now)
          const counts = agents.map((one) => matches.filter(({ agentId }) => agentId === one.id).length)
          expect(matches).toHaveLength(itemCount)
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
        }
      )
    ))

  it('lets no pile of mail stand before a chat', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), (mails, social) => {
        const holds = [...Array<Medium>(mails).fill('email'), ...Array<Medium>(social).fill('social')].map(
          (medium, i) => ({ medium, interactionId: String(i) })
        )
        const busy = agent('a', { capacity: { chat: 1, email: 5, social: 5 }, holds })
        const mail = item('mail', { medium: 'email', priority: 100 })
        const matches = match([item('chat'), mail], [busy], longestIdle, now)
        expect(matches.map(({ item: given }) => given.id)).toContain('chat')
      })
    ))
})

describe('a match', () => {
  it('offers nothing to who is on the phone, and no call to who chats', () => {
    const phone = agent('a', {
      capacity: { voice: 1, chat: 4, email: 5 },
      holds: [{ medium: 'voice', interactionId: 'x' }]
    })
    expect(match([item('c'), item('m', { medium: 'email' })], [phone], longestIdle, now)).toEqual([])
    const chats = agent('a', {
      capacity: { voice: 1, chat: 4 },
      holds: [{ medium: 'chat', interactionId: 'x' }]
    })
    expect(match([item('v', { medium: 'voice' })], [chats], longestIdle, now)).toEqual([])
    const mails = agent('a', {
      capacity: { voice: 1, email: 4 },
      holds: [{ medium: 'email', interactionId: 'x' }]
    })
    expect(match([item('v', { medium: 'voice' })], [mails], longestIdle, now)).toHaveLength(1)
  })

  it('holds an item for a paused sticky agent, and lets go when the time is over or the agent leaves', () => {
    const kept = item('i', { sticky: { agentId: 'a', until: now + 1000 } })
    const other = agent('b')
    expect(match([kept], [agent('a', { presence: 'paused' }), other], longestIdle, now)).toEqual([])
    expect(
      match([kept], [agent('a', { presence: 'paused' }), other], longestIdle, now + 1000)[0]?.agentId
    ).toBe('b')
    expect(match([kept], [agent('a', { presence: 'offline' }), other], longestIdle, now)[0]?.agentId).toBe(
      'b'
    )
    expect(match([{ ...kept, passedOver: ['a'] }], [agent('a'), other], longestIdle, now)[0]?.agentId).toBe(
      'b'
    )
  })

  it('comes back to who declined when the only other one is at capacity', () => {
    const declined = item('i', { passedOver: ['a'] })
    const full = agent('b', { holds: [{ medium: 'chat', interactionId: 'x' }] })
    expect(match([declined], [agent('a'), agent('b')], longestIdle, now)[0]?.agentId).toBe('b')
    expect(match([declined], [agent('a'), full], longestIdle, now)[0]?.agentId).toBe('a')
    expect(match([declined], [agent('a'), agent('b', { capacity: {} })], longestIdle, now)[0]?.agentId).toBe(
      'a'
    )
  })

  it('chooses as the queue says', () => {
    const skills = (level: number) => [{ skillId: 's0', level }]
    const work = item('i', { requirements: skills(1) })
    const idle = agent('idle', {
      skills: skills(2),
      idleSince: now - 9000,
      capacity: { chat: 2 },
      holds: [{ medium: 'chat', interactionId: 'x' }]
    })
    const free = agent('free', { skills: skills(2), idleSince: now - 5000, capacity: { chat: 2 } })
    const best = agent('best', { skills: skills(5), idleSince: now - 1000, capacity: { chat: 2 } })
    const chosen = (agentChoice: (typeof choices)[number]) =>
      match([work], [best, free, idle], () => ({ agentChoice }), now)[0]?.agentId
    expect(chosen('longest-idle')).toBe('idle')
    expect(chosen('least-loaded')).toBe('free')
    expect(chosen('best-skilled')).toBe('best')
  })

  it('puts what is about to break its target before what merely came first', () => {
    const old = item('old', { queuedAt: now - 300_000 })
    const breaking = item('breaking', { queuedAt: now - 60_000, dueAt: now })
    expect(match([old, breaking], [agent('a')], longestIdle, now)[0]?.item.id).toBe('breaking')
  })

  it('says why: the wait, each skill with its levels, the choice, and who was passed over', () => {
    const work = item('i', { requirements: [{ skillId: 's0', level: 2 }], passedOver: ['z'] })
    const [made] = match([work], [agent('a', { skills: [{ skillId: 's0', level: 4 }] })], longestIdle, now)
    expect(made?.reasons).toEqual([
      { code: 'waited', figures: { seconds: 60 } },
      { code: 'skill', figures: { skillId: 's0', needed: 2, has: 4 } },
      { code: 'longest-idle', figures: { among: 1, idleSeconds: 1 } },
      { code: 'passed-over', figures: { agents: 1 } }
    ])
  })

  it('gets through 5,000 items and 200 agents, fills every place and no more', () => {
    const skills = [{ skillId: 's0', level: 3 }]
    const agents = Array.from({ length: 200 }, (_, i) =>
      agent(`a${String(i)}`, { skills, capacity: { chat: 4, email: 5 } })
    )
    const items = Array.from({ length: 5000 }, (_, i) =>
      item(`i${String(i)}`, {
        medium: i % 2 ? 'chat' : 'email',
        queuedAt: now - i * 1000,
        requirements: [{ skillId: 's0', level: 2 }]
      })
    )
    const matches = match(items, agents, longestIdle, now)
    expect(matches).toHaveLength(200 * 9)
    for (const one of agents) expect(heldBy(one, matches)).toHaveLength(9)
  })
})
