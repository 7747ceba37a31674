import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  agentChoices,
  defaultCapacity,
  media,
  orders,
  type CapacityRules,
  type Medium,
  type Requirement
} from '@palabre/config/contract/routing'
import { openEngine } from './engine.ts'
import { match } from './match.ts'
import type { Candidate, Held, Match, QueueRules, WaitingItem } from './picture.ts'
import { fits, inTurn, isFree, matchSlowly, takersOf, type Pair, type Person } from './reference.ts'

const start = Date.parse('2026-11-23T10:00:00Z')
const second = 1000
const queueIds = ['q0', 'q1', 'q2']
const teamIds = ['t0', 't1']
const skillIds = ['s0', 's1', 's2']
const agentIds = ['a0', 'a1', 'a2', 'a3', 'a4']
const itemIds = Array.from({ length: 12 }, (_, i) => `i${String(i).padStart(2, '0')}`)

// Times are tens of seconds, so that ends and beginnings fall together often.
const tens = (min: number, max: number) => fc.integer({ min, max }).map((n) => n * 10)
const few = <T>(from: readonly T[], maxLength = 2) => fc.subarray([...from], { maxLength })
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { freq: 2 })
/** In one case of four; else `none`. */
const seldom = <T>(some: fc.Arbitrary<T>, none: T) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(none) }, { weight: 1, arbitrary: some })

const levelArb = fc.integer({ min: 1, max: 5 })
const skillArb: fc.Arbitrary<Requirement> = fc
  .record({
    skillId: fc.constantFrom(...skillIds),
    level: levelArb,
    upTo: seldom<number | null>(levelArb, null)
  })
  .map(({ upTo, ...skill }) => (upTo === null ? skill : { ...skill, upTo: Math.max(upTo, skill.level) }))
const requirementArb: fc.Arbitrary<Requirement> = fc.letrec<{ one: Requirement }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 2 },
    { weight: 6, arbitrary: skillArb },
    {
      weight: 1,
      arbitrary: fc.record({ agentIds: fc.subarray(agentIds, { minLength: 1 }) })
    },
    { weight: 1, arbitrary: fc.record({ all: fc.array(tie('one'), { minLength: 1, maxLength: 2 }) }) },
    { weight: 2, arbitrary: fc.record({ any: fc.array(tie('one'), { minLength: 1, maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ not: tie('one') }) }
  )
})).one

const requirementsArb: fc.Arbitrary<Requirement[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Requirement[]>([], [], [{ skillId: 's0', level: 2 }]) },
  { weight: 1, arbitrary: fc.array(requirementArb, { maxLength: 2 }) }
)

const rulesArb: fc.Arbitrary<QueueRules> = fc.record({
  agentChoice: fc.constantFrom(...agentChoices),
  order: fc.constantFrom(...orders),
  horizonMs: tens(0, 30).map((s) => s * second),
  stickySkillNeeded: fc.boolean(),
  relaxation: fc
    .record({
      waits: fc.uniqueArray(tens(1, 12), { maxLength: 4 }).map((all) => all.sort((a, b) => a - b)),
      step: fc.array(
        fc.record({
          lowerLevelsBy: fc.integer({ min: 0, max: 2 }),
          dropSkillIds: few(skillIds, 1),
          addQueueIds: few(queueIds, 1),
          addTeamIds: few(teamIds, 1)
        }),
        { minLength: 4, maxLength: 4 }
      ),
      isAnyone: fc.boolean()
    })
    .map(({ waits, step, isAnyone }): QueueRules['relaxation'] => {
      const times = isAnyone ? waits.slice(0, -1) : waits
      return {
        steps: times.map((afterSeconds, i) => ({ afterSeconds, ...step[i]! })),
        ending:
          isAnyone && waits.length > 0
            ? { rule: 'anyone', afterSeconds: waits[waits.length - 1]! }
            : { rule: 'never' }
      }
    })
})
const queuesArb = fc.record(Object.fromEntries(queueIds.map((id) => [id, rulesArb])))

const capacityArb: fc.Arbitrary<CapacityRules> = fc.record({
  places: fc.record(
    Object.fromEntries(media.map((medium) => [medium, fc.integer({ min: 0, max: 3 })])) as Record<
      Medium,
      fc.Arbitrary<number>
    >,
    { requiredKeys: [] }
  ),
  interruptedBy: fc.oneof(
    fc.constant(defaultCapacity.interruptedBy),
    fc.record(
      Object.fromEntries(media.map((medium) => [medium, fc.subarray([...media])])) as Record<
        Medium,
        fc.Arbitrary<Medium[]>
      >
    )
  ),
  total: seldom<number | null>(fc.integer({ min: 1, max: 3 }), null),
  idleMinutes: fc.constant(null)
})
const holdArb: fc.Arbitrary<Held> = fc.record({
  medium: fc.constantFrom(...media),
  interactionId: fc.constantFrom('x0', 'x1', 'x2', 'x3'),
  parked: fc.constantFrom(null, null, 'idle' as const, 'due' as const)
})
const presenceArb = fc.constantFrom<Candidate['presence'][]>(
  'ready',
  'ready',
  'ready',
  'ready',
  'paused',
  'no-answer',
  'offline'
)
const agentArb = (id: string, capacity = capacityArb, holds = fc.array(holdArb, { maxLength: 2 })) =>
  fc.record({
    id: fc.constant(id),
    version: fc.nat(100),
    presence: presenceArb,
    teamId: maybe(fc.constantFrom(...teamIds)),
    queueIds: fc.constantFrom(['q0'], ['q0'], ['q0', 'q1'], ['q1', 'q2'], []).map((ids) => new Set(ids)),
    skills: fc.uniqueArray(fc.record({ skillId: fc.constantFrom(...skillIds), level: levelArb }), {
      selector: ({ skillId }) => skillId
    }),
    capacity,
    holds,
    idleSince: tens(0, 3).map((s) => start - s * second),
    handledToday: fc.nat(3)
  })
/** Half of the work asks for the same. */
const plain = {
  queueId: 'q0',
  requirements: [],
  sticky: null,
  preferredIds: [],
  forbiddenIds: [],
  passedOver: []
}
const itemArb = (
  id: string,
  medium: fc.Arbitrary<Medium> = fc.constantFrom('chat', 'chat', 'chat', 'voice', 'email', 'callback')
): fc.Arbitrary<WaitingItem> =>
  fc
    .record({
      queueId: fc.constantFrom('q0', 'q0', 'q0', ...queueIds),
      medium,
      priority: fc.constantFrom(0, 0, 0, 1, 2, 10),
      requirements: requirementsArb,
      waited: tens(-1, 15),
      target: maybe(tens(0, 12)),
      sticky: seldom<{ agentId: string; seconds: number } | null>(
        fc.record({ agentId: fc.constantFrom(...agentIds), seconds: tens(-1, 12) }),
        null
      ),
      preferredIds: seldom(few(agentIds), []),
      forbiddenIds: seldom(few(agentIds), []),
      passedOver: seldom(few(agentIds, 4), []),
      isPlain: fc.boolean()
    })
    .map(({ isPlain, ...item }) => (isPlain ? { ...item, ...plain } : item))
    .map(({ waited, target, sticky, ...item }) => {
      const queuedAt = start - waited * second
      return {
        ...item,
        id,
        version: 1,
        logged: 1,
        queuedAt,
        dueAt: target === null ? null : queuedAt + target * second,
        sticky: sticky ? { agentId: sticky.agentId, until: start + sticky.seconds * second } : null,
        overflowed: []
      }
    })

interface Floor {
  agents: Candidate[]
  items: WaitingItem[]
  rulesOf: (queueId: string) => QueueRules
}
const floorOf = (
  agent: (id: string) => fc.Arbitrary<Candidate>,
  item: (id: string) => fc.Arbitrary<WaitingItem>
) =>
  fc
    .record({
      agents: fc.tuple(...agentIds.map(agent)).chain((all) => fc.subarray(all)),
      items: fc.tuple(...itemIds.map(item)).chain((all) => fc.subarray(all)),
      queues: queuesArb
    })
    .map(({ agents, items, queues }): Floor => ({ agents, items, rulesOf: (id) => queues[id]! }))
const floorArb = floorOf(
  (id) => agentArb(id),
  (id) => itemArb(id)
)

const often = { numRuns: 1000 }
const personOf = (agent: Candidate): Person => ({ ...agent, given: 0 })
const pairOf = ({ item, agentId, reasons }: Match): Pair => {
  const told = (code: string, figure: string) =>
    Number(reasons.find((reason) => reason.code === code)?.figures[figure] ?? 0)
  return {
    itemId: item.id,
    agentId,
    free: Math.max(...agentChoices.map((choice) => told(choice, 'among'))),
    busy: told('others-busy', 'agents'),
    away: told('others-away', 'agents')
  }
}
const pairsOf = (matches: Match[]) => matches.map(pairOf)
const takenIn = ({ items, agents, rulesOf }: Floor) =>
  new Set(match(items, agents, rulesOf, start).map(({ item }) => item.id))

/** Walks through the matches one by one: `look` sees each with the people as they were before it. */
function replay(
  { items, agents, rulesOf }: Floor,
  look: (given: WaitingItem, taker: Person, people: Person[]) => void
) {
  const people = agents.map(personOf)
  const matches = match(items, agents, rulesOf, start)
  for (const { item, agentId } of matches) {
    const taker = people.find(({ id }) => id === agentId)!
    look(item, taker, people)
    taker.holds = [...taker.holds, { medium: item.medium, interactionId: item.id, parked: null }]
  }
  const taken = new Set(matches.map(({ item }) => item.id))
  return { people, left: items.filter(({ id }) => !taken.has(id)) }
}

describe('the engine, after any changes,', () => {
  type Change =
    | { kind: 'item put'; item: WaitingItem }
    | { kind: 'item gone'; id: string }
    | { kind: 'agent put'; agent: Candidate }
    | { kind: 'agent gone'; id: string }
    | { kind: 'agent seen' | 'hold gone'; id: string }
    | { kind: 'presence'; id: string; presence: Candidate['presence'] }
    | { kind: 'time passes' | 'clock jumps'; ms: number }
  const anyAgent = fc.constantFrom(...agentIds)
  const changeArb: fc.Arbitrary<Change> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .constantFrom(...itemIds)
        .chain((id) => fc.record({ kind: fc.constant('item put' as const), item: itemArb(id) }))
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('item gone' as const), id: fc.constantFrom(...itemIds) })
    },
    {
      weight: 4,
      arbitrary: anyAgent.chain((id) =>
        fc.record({ kind: fc.constant('agent put' as const), agent: agentArb(id) })
      )
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'agent gone' as const,
          'agent seen' as const,
          'hold gone' as const,
          'hold gone' as const
        ),
        id: anyAgent
      })
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('presence' as const),
        id: anyAgent,
        presence: fc.constantFrom<Candidate['presence'][]>('ready', 'paused', 'offline')
      })
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('time passes' as const),
        ms: tens(1, 4).map((s) => s * second)
      })
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('clock jumps' as const),
        ms: fc.constantFrom(3600, -3600, 30, -30).map((s) => s * second)
      })
    }
  )
  const mostArb = fc.constantFrom(Infinity, Infinity, Infinity, Infinity, 0, 1, 2)
  const dayArb = fc.record({
    queues: queuesArb,
    first: fc.tuple(...agentIds.map((id) => agentArb(id))).chain((all) => fc.subarray(all)),
    changes: fc.array(fc.record({ change: changeArb, most: mostArb }), { minLength: 1, maxLength: 40 })
  })

  /** The same changes to the engine and to plain lists. */
  function openBoth(rulesOf: Floor['rulesOf']) {
    const engine = openEngine(rulesOf)
    const items = new Map<string, WaitingItem>()
    const people = new Map<string, Person>()
    let now = start
    const put = ({ given: _, ...agent }: Person) => {
      people.set(agent.id, personOf(agent))
      engine.putAgent(agent, now)
    }
    return {
      engine,
      items,
      people,
      now: () => now,
      apply(change: Change) {
        if ('ms' in change) now += change.ms
        else if (change.kind === 'item put') {
          items.set(change.item.id, change.item)
          engine.putItem(change.item, now)
        } else if (change.kind === 'item gone') {
          items.delete(change.id)
          engine.removeItem(change.id)
        } else if (change.kind === 'agent put') put(personOf(change.agent))
        else if (change.kind === 'agent gone') {
          people.delete(change.id)
          engine.removeAgent(change.id, now)
        } else {
          const person = people.get(change.id)
          if (!person) return
          if (change.kind === 'presence') put({ ...person, presence: change.presence })
          else if (change.kind === 'agent seen') put({ ...person, version: person.version + 1 })
          else put({ ...person, holds: person.holds.slice(1) })
        }
      },
      /** The engine's decisions and the obvious ones. */
      decide(most: number): { made: Pair[]; obvious: Pair[] } {
        const obvious = matchSlowly([...items.values()], [...people.values()], rulesOf, now, most)
        for (const { itemId } of obvious) items.delete(itemId)
        return { made: pairsOf(engine.decide(now, most)), obvious }
      }
    }
  }

  it('decides what looking at everything decides, in the same order and with the same figures', () =>
    fc.assert(
      fc.property(dayArb, ({ queues, first, changes }) => {
        const both = openBoth((id) => queues[id]!)
        for (const agent of first) both.apply({ kind: 'agent put', agent })
        for (const { change, most } of changes) {
          both.apply(change)
          const { made, obvious } = both.decide(most)
          expect(made).toEqual(obvious)
          expect([...both.engine.waiting.keys()].sort()).toEqual([...both.items.keys()].sort())
        }
        const { made, obvious } = both.decide(Infinity)
        expect(made).toEqual(obvious)
      }),
      { numRuns: 3000 }
    ))

  it('decides the same when changes are only looked at in the end', () =>
    fc.assert(
      fc.property(dayArb, ({ queues, first, changes }) => {
        const both = openBoth((id) => queues[id]!)
        for (const agent of first) both.apply({ kind: 'agent put', agent })
        for (const { change } of changes) both.apply(change)
        const { made, obvious } = both.decide(Infinity)
        expect(made).toEqual(obvious)
      }),
      often
    ))

  it('decides the same among many agents, of whom some leave and others take their seats', () => {
    const crowd = (prefix: string, most: number) =>
      fc
        .array(agentArb('any'), { minLength: 1, maxLength: most, size: 'max' })
        .map((all) => all.map((one, i): Candidate => ({ ...one, id: `${prefix}${String(i)}` })))
    const work = fc
      .array(itemArb('any'), { maxLength: 60, size: 'max' })
      .map((all) => all.map((one, i): WaitingItem => ({ ...one, id: `w${String(i).padStart(2, '0')}` })))
    fc.assert(
      fc.property(queuesArb, crowd('b', 150), crowd('a', 40), work, (queues, gone, here, items) => {
        const both = openBoth((id) => queues[id]!)
        for (const agent of gone) both.apply({ kind: 'agent put', agent })
        for (const { id } of gone.slice(0, 60)) both.apply({ kind: 'agent gone', id })
        for (const item of items) {
          both.apply({ kind: 'item put', item })
          const next = here.pop()
          if (next) both.apply({ kind: 'agent put', agent: next })
          const { made, obvious } = both.decide(Infinity)
          expect(made).toEqual(obvious)
        }
      }),
      { numRuns: 40 }
    )
  })

  it('knows when time alone changes something: nothing can be decided before', () =>
    fc.assert(
      fc.property(dayArb, ({ queues, first, changes }) => {
        const both = openBoth((id) => queues[id]!)
        for (const agent of first) both.apply({ kind: 'agent put', agent })
        for (const { change } of changes) {
          both.apply(change)
          both.decide(Infinity)
          const next = both.engine.nextAt() ?? both.now() + 7 * 86_400 * second
          expect(next).toBeGreaterThan(both.now())
          const [items, people] = [[...both.items.values()], [...both.people.values()]]
          expect(
            matchSlowly(
              items,
              people.map((one) => ({ ...one })),
              (id) => queues[id]!,
              next - 1
            )
          ).toEqual([])
        }
      }),
      { numRuns: 300 }
    ))

  it('offers everything once, to the last, when the clock jumps an hour forth and back', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(3600, -3600, 1, 20), { minLength: 1, maxLength: 20 }),
        fc.array(itemArb('any'), { minLength: 1, maxLength: 12 }),
        (jumps, work) => {
          // Whoever is free takes anything in the end: what is still there waits for its agent's hour, or is stuck.
          const engine = openEngine(() => ({
            ...plainRules,
            relaxation: { steps: [], ending: { rule: 'anyone', afterSeconds: 60 } }
          }))
          const capacity = capacityOf(Object.fromEntries(media.map((medium) => [medium, 50])))
          const everybody = { ...capacity, interruptedBy: anyInterrupts }
          engine.putAgent(agent('z', { queueIds: new Set(queueIds), capacity: everybody }), start)
          work.forEach((one, i) => {
            engine.putItem({ ...one, id: `w${String(i)}`, forbiddenIds: [] }, start)
          })
          const offered: string[] = []
          let now = start
          const look = () => {
            for (const made of engine.decide(now)) offered.push(made.item.id)
          }
          for (const seconds of jumps) {
            now += seconds * second
            look()
          }
          for (let next = engine.nextAt(); next !== null; next = engine.nextAt()) {
            now = Math.max(now, next)
            look()
          }
          expect([...offered].sort()).toEqual(work.map((_, i) => `w${String(i)}`).sort())
        }
      ),
      often
    ))

  it('makes the same reasons of a decision whenever they are read, whatever has changed since', () =>
    fc.assert(
      fc.property(dayArb, ({ queues, first, changes }) => {
        const read = openBoth((id) => queues[id]!)
        const kept = openBoth((id) => queues[id]!)
        for (const one of first)
          for (const both of [read, kept]) both.apply({ kind: 'agent put', agent: one })
        const atOnce: Match['reasons'][] = []
        const made: Match[] = []
        for (const { change } of changes) {
          for (const both of [read, kept]) both.apply(change)
          for (const match of read.engine.decide(read.now())) {
            atOnce.push(structuredClone(match.reasons))
            read.items.delete(match.item.id)
          }
          for (const match of kept.engine.decide(kept.now())) {
            made.push(match)
            kept.items.delete(match.item.id)
          }
        }
        expect(made.map(({ reasons }) => reasons)).toEqual(atOnce)
      }),
      { numRuns: 300 }
    ))

  it('holds nothing of what has left', () => {
    const engine = openEngine(() => plainRules)
    engine.putAgent(agent('a'), start)
    engine.putItem(item('i', { sticky: { agentId: 'a', until: start + 1000 } }), start)
    engine.removeItem('i')
    engine.removeAgent('a', start)
    expect([engine.waiting.size, engine.agents.size, engine.nextAt()]).toEqual([0, 0, null])
  })
})

describe('a match, whatever waits and whoever is there,', () => {
  it('is what looking at everything gives', () =>
    fc.assert(
      fc.property(floorArb, ({ items, agents, rulesOf }) => {
        const obvious = matchSlowly(items, agents.map(personOf), rulesOf, start)
        expect(pairsOf(match(items, agents, rulesOf, start))).toEqual(obvious)
      }),
      often
    ))

  it('gives nobody more than their capacity, nor anything beside what it may not interrupt', () =>
    fc.assert(
      fc.property(floorArb, (floor) => {
        replay(floor, (given, taker) => {
          expect(fits(taker, given.medium)).toBe(true)
        })
      }),
      often
    ))

  it('gives no item twice, and only what waits', () =>
    fc.assert(
      fc.property(floorArb, ({ items, agents, rulesOf }) => {
        const ids = match(items, agents, rulesOf, start).map(({ item: given }) => given.id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
      }),
      often
    ))

  it('gives work only to the ready, who may take it and are not forbidden', () =>
    fc.assert(
      fc.property(floorArb, (floor) => {
        replay(floor, (given, taker, people) => {
          expect(taker.presence).toBe('ready')
          expect(given.forbiddenIds).not.toContain(taker.id)
          expect(takersOf(given, people, floor.rulesOf(given.queueId), start)).toContain(taker)
        })
      }),
      often
    ))

  it('leaves nobody free who could take what waits and is held for nobody', () =>
    fc.assert(
      fc.property(floorArb, (floor) => {
        const { people, left } = replay(floor, () => {})
        for (const waiting of left)
          for (const taker of takersOf(waiting, people, floor.rulesOf(waiting.queueId), start))
            expect(isFree(taker, waiting.medium)).toBe(false)
      }),
      often
    ))

  it('asks who declined only when nobody else has room, and others only when no preferred agent has', () =>
    fc.assert(
      fc.property(floorArb, (floor) => {
        replay(floor, (given, taker, people) => {
          const free = takersOf(given, people, floor.rulesOf(given.queueId), start).filter((one) =>
            isFree(one, given.medium)
          )
          const fresh = free.filter(({ id }) => !given.passedOver.includes(id))
          const preferred = fresh.filter(({ id }) => given.preferredIds.includes(id))
          if (fresh.length > 0) expect(fresh).toContain(taker)
          if (preferred.length > 0) expect(preferred).toContain(taker)
        })
      }),
      often
    ))

  it('takes nothing before what comes first in the order and could be taken by the same agent', () =>
    fc.assert(
      fc.property(floorArb, (floor) => {
        const turn = inTurn(floor.items, floor.rulesOf, start)
        const taken = new Set<string>()
        replay(floor, (given, taker, people) => {
          for (const earlier of turn.slice(0, turn.indexOf(given))) {
            if (taken.has(earlier.id) || !isFree(taker, earlier.medium)) continue
            expect(takersOf(earlier, people, floor.rulesOf(earlier.queueId), start)).not.toContain(taker)
          }
          taken.add(given.id)
        })
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
            items: fc.shuffledSubarray(floor.items, { minLength: floor.items.length })
          })
        ),
        ({ floor, agents, items }) => {
          const decided = (those: WaitingItem[], people: Candidate[]) =>
            match(those, people, floor.rulesOf, start).map(({ reasons, ...made }) => ({ ...made, reasons }))
          expect(decided(items, agents)).toEqual(decided(floor.items, floor.agents))
        }
      ),
      often
    ))

  it('changes nothing of what it was given', () =>
    fc.assert(
      fc.property(floorArb, ({ agents, items, rulesOf }) => {
        const before = structuredClone({ agents, items })
        match(items, agents, rulesOf, start)
        expect({ agents, items }).toEqual(before)
      })
    ))

  it('never serves an item later, or not at all, because its priority was raised', () =>
    fc.assert(
      fc.property(
        floorArb.filter(({ items }) => items.length > 0),
        fc.nat(),
        fc.integer({ min: 1, max: 20 }),
        (floor, pick, points) => {
          const at = pick % floor.items.length
          const { id } = floor.items[at]!
          const raised = floor.items.map((one, i) =>
            i === at ? { ...one, priority: one.priority + points } : one
          )
          const before = [...takenIn(floor)].indexOf(id)
          const after = [...takenIn({ ...floor, items: raised })].indexOf(id)
          if (before < 0) return
          expect(after).toBeGreaterThanOrEqual(0)
          expect(after).toBeLessThanOrEqual(before)
        }
      ),
      often
    ))

  describe('leaves nobody waiting for one agent more', () => {
    const onlyFor = (kinds: readonly Medium[], most: number): fc.Arbitrary<CapacityRules> =>
      fc.record({
        places: fc.record(
          Object.fromEntries(kinds.map((medium) => [medium, fc.integer({ min: 0, max: most })]))
        ) as fc.Arbitrary<CapacityRules['places']>,
        interruptedBy: fc.constant(defaultCapacity.interruptedBy),
        total: maybe(fc.integer({ min: 1, max: 4 })),
        idleMinutes: fc.constant(null)
      })
    const callers = onlyFor(['voice', 'callback'], 1)
    const written = ['chat', 'messaging', 'email', 'social'] as const
    const writers = fc.constantFrom(...written).chain((medium) => onlyFor([medium], 3))
    const empty = fc.constant<Held[]>([])
    const proves = (capacity: fc.Arbitrary<CapacityRules>) => {
      const floor = floorOf(
        (id) => agentArb(id, capacity, empty),
        (id) => itemArb(id, fc.constantFrom(...media))
      )
      fc.assert(
        fc.property(floor, agentArb('a9', capacity, empty), (before, more) => {
          const taken = takenIn(before)
          const after = takenIn({ ...before, agents: [...before.agents, more] })
          for (const id of taken) expect(after).toContain(id)
        }),
        { numRuns: 2000 }
      )
    }
    const taken = (items: WaitingItem[], agents: Candidate[]) => [
      ...takenIn({ items, agents, rulesOf: () => plainRules })
    ]

    it('where everybody takes calls only', () => {
      proves(callers)
    })
    it('where everybody does one kind of written work, several at a time', () => {
      proves(writers)
    })
    it('where some take calls and others do one kind of written work', () => {
      proves(fc.oneof(callers, writers))
    })

    // Work is taken strictly in its order, and the agent as the queue chooses. That has a price where one agent can do
    // several things. These are the smallest cases of it.
    it('but one who can do either, relieved of a chat, takes the call that comes first, and no chat beside it', () => {
      const either = agent('either', { capacity: capacityOf({ voice: 1, chat: 2 }) })
      const newcomer = agent('newcomer', { idleSince: start - 9000 })
      const items = [
        item('first chat', { queuedAt: start - 3000 }),
        item('call', { queuedAt: start - 2000, medium: 'voice' }),
        item('second chat', { queuedAt: start - 1000 })
      ]
      expect(taken(items, [either])).toEqual(['first chat', 'second chat'])
      expect(taken(items, [either, newcomer])).toEqual(['first chat', 'call'])
    })
    it('but one who does two kinds, relieved of a post, is idle longest for a chat that another could take', () => {
      const skills = [{ skillId: 's0', level: 1 }]
      const both = agent('both', {
        skills,
        capacity: capacityOf({ social: 1, chat: 1 }),
        idleSince: start - 5000
      })
      const chatter = agent('chatter', { idleSince: start - 4000 })
      const newcomer = agent('newcomer', { capacity: capacityOf({ social: 1 }), idleSince: start - 9000 })
      const items = [
        item('post', { queuedAt: start - 3000, medium: 'social' }),
        item('any chat', { queuedAt: start - 2000 }),
        item('skilled chat', { queuedAt: start - 1000, requirements: skills })
      ]
      expect(taken(items, [both, chatter])).toEqual(['post', 'any chat', 'skilled chat'])
      expect(taken(items, [both, chatter, newcomer])).toEqual(['post', 'any chat'])
    })
  })

  it('spreads equal work over equal agents to within one', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 50 }),
        fc.constantFrom(...agentChoices),
        (agentCount, itemCount, agentChoice) => {
          const agents = Array.from({ length: agentCount }, (_, i) =>
            agent(`a${String(i)}`, { capacity: capacityOf({ chat: 50 }) })
          )
          const items = Array.from({ length: itemCount }, (_, i) => item(`i${String(i)}`))
          const matches = match(items, agents, () => ({ ...plainRules, agentChoice }), start)
          const counts = agents.map((one) => matches.filter(({ agentId }) => agentId === one.id).length)
          expect(matches).toHaveLength(itemCount)
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
        }
      )
    ))

  it('lets no pile of mail stand before a chat or a call', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        fc.constantFrom<Medium[]>('chat', 'voice', 'callback'),
        (mails, posts, medium) => {
          const holds = [...Array<Medium>(mails).fill('email'), ...Array<Medium>(posts).fill('social')].map(
            (kind, i): Held => ({ medium: kind, interactionId: String(i), parked: null })
          )
          const mail = item('mail', { medium: 'email', priority: 100 })
          const matches = match(
            [item('urgent', { medium }), mail],
            [agent('a', { capacity: defaultCapacity, holds })],
            () => plainRules,
            start
          )
          expect(matches.map(({ item: given }) => given.id)).toContain('urgent')
        }
      )
    ))
})

const anyInterrupts = Object.fromEntries(
  media.map((medium) => [medium, [...media]])
) as CapacityRules['interruptedBy']
const plainRules: QueueRules = {
  agentChoice: 'longest-idle',
  order: 'first-in',
  horizonMs: 0,
  relaxation: { steps: [], ending: { rule: 'never' } },
  stickySkillNeeded: true
}
const capacityOf = (places: CapacityRules['places']): CapacityRules => ({ ...defaultCapacity, places })
const agent = (id: string, given: Partial<Candidate> = {}): Candidate => ({
  id,
  version: 1,
  presence: 'ready',
  teamId: null,
  queueIds: new Set(['q0']),
  skills: [],
  capacity: capacityOf({ chat: 1 }),
  holds: [],
  idleSince: start - 1000,
  handledToday: 0,
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
  queuedAt: start - 60_000,
  dueAt: null,
  sticky: null,
  preferredIds: [],
  forbiddenIds: [],
  overflowed: [],
  passedOver: [],
  ...given
})
const holding = (...kinds: Medium[]): Held[] =>
  kinds.map((medium, i) => ({ medium, interactionId: `x${String(i)}`, parked: null }))

describe('a match', () => {
  const chosen = (items: WaitingItem[], agents: Candidate[], rules: Partial<QueueRules> = {}, now = start) =>
    match(items, agents, () => ({ ...plainRules, ...rules }), now).map(
      ({ item: given, agentId }) => `${given.id} → ${agentId}`
    )

  it('offers nothing to who is on the phone, no call to who chats, and a call beside mail', () => {
    const on = (medium: Medium) => agent('a', { capacity: defaultCapacity, holds: holding(medium) })
    const mail = item('mail', { medium: 'email' })
    const call = item('call', { medium: 'voice' })
    expect(chosen([item('chat'), mail], [on('voice')])).toEqual([])
    expect(chosen([call], [on('chat')])).toEqual([])
    expect(chosen([call], [on('email')])).toEqual(['call → a'])
  })

  it('holds an item for a paused sticky agent, and lets go when the time is over, they leave or refuse', () => {
    const kept = item('i', { sticky: { agentId: 'a', until: start + 1000 } })
    const paused = agent('a', { presence: 'paused' })
    const other = agent('b')
    expect(chosen([kept], [paused, other])).toEqual([])
    expect(chosen([kept], [paused, other], {}, start + 1000)).toEqual(['i → b'])
    expect(chosen([kept], [agent('a', { presence: 'offline' }), other])).toEqual(['i → b'])
    expect(chosen([{ ...kept, passedOver: ['a'] }], [agent('a'), other])).toEqual(['i → b'])
  })

  it('holds an item for a sticky agent without the skill only where the queue says so', () => {
    const skills = [{ skillId: 's0', level: 1 }]
    const kept = item('i', { sticky: { agentId: 'a', until: start + 1000 }, requirements: skills })
    const agents = [agent('a'), agent('b', { skills })]
    expect(chosen([kept], agents)).toEqual(['i → b'])
    expect(chosen([kept], agents, { stickySkillNeeded: false })).toEqual(['i → a'])
  })

  it('comes back to who declined when the only other one is at capacity', () => {
    const declined = item('i', { passedOver: ['a'] })
    expect(chosen([declined], [agent('a'), agent('b')])).toEqual(['i → b'])
    expect(chosen([declined], [agent('a'), agent('b', { holds: holding('chat') })])).toEqual(['i → a'])
    expect(chosen([declined], [agent('a'), agent('b', { capacity: capacityOf({}) })])).toEqual(['i → a'])
  })

  it('gives the preferred agents of a contact precedence, and the forbidden nothing', () => {
    const idlest = agent('b', { idleSince: start - 9000 })
    expect(chosen([item('i', { preferredIds: ['a'] })], [agent('a'), idlest])).toEqual(['i → a'])
    expect(chosen([item('i', { forbiddenIds: ['b'] })], [agent('a'), idlest])).toEqual(['i → a'])
    expect(chosen([item('i', { forbiddenIds: ['b'] })], [idlest])).toEqual([])
  })

  it('chooses the agent as the queue says', () => {
    const skills = (level: number) => [{ skillId: 's0', level }]
    const two = capacityOf({ chat: 2 })
    const work = [item('i', { requirements: skills(1) })]
    const agents = [
      agent('best', { skills: skills(5), capacity: two, handledToday: 4 }),
      agent('free', { skills: skills(2), capacity: two, handledToday: 4, idleSince: start - 5000 }),
      agent('idle', {
        skills: skills(2),
        capacity: two,
        holds: holding('chat'),
        handledToday: 4,
        idleSince: start - 9000
      }),
      agent('fair', { skills: skills(2), capacity: two, holds: holding('chat') })
    ]
    expect(chosen(work, agents, { agentChoice: 'longest-idle' })).toEqual(['i → idle'])
    expect(chosen(work, agents, { agentChoice: 'least-loaded' })).toEqual(['i → free'])
    expect(chosen(work, agents, { agentChoice: 'best-skilled' })).toEqual(['i → best'])
    expect(chosen(work, agents, { agentChoice: 'fair-share' })).toEqual(['i → fair'])
  })

  it('puts what is about to break its target before what merely came first', () => {
    const old = item('old', { queuedAt: start - 300_000 })
    const breaking = item('breaking', { dueAt: start })
    expect(chosen([old, breaking], [agent('a')])).toEqual(['breaking → a'])
  })

  it('takes the earlier deadline first where the queue says so', () => {
    const slow = item('slow', { queuedAt: start - 120_000, dueAt: start + 600_000 })
    const quick = item('quick', { queuedAt: start - 30_000, dueAt: start + 60_000 })
    const horizonMs = 720_000
    expect(chosen([slow, quick], [agent('a')], { horizonMs })).toEqual(['slow → a'])
    expect(chosen([slow, quick], [agent('a')], { horizonMs, order: 'deadline-first' })).toEqual(['quick → a'])
  })

  it('lets requirements give way step by step, each on top of the ones before, to the end that was said', () => {
    const step = { lowerLevelsBy: 0, dropSkillIds: [], addQueueIds: [], addTeamIds: [] }
    const relaxation: QueueRules['relaxation'] = {
      steps: [
        { ...step, afterSeconds: 10, lowerLevelsBy: 1 },
        { ...step, afterSeconds: 20, lowerLevelsBy: 1, addTeamIds: ['t1'] },
        { ...step, afterSeconds: 30, dropSkillIds: ['s1'] }
      ],
      ending: { rule: 'anyone', afterSeconds: 40 }
    }
    const asks = [
      { skillId: 's0', level: 4 },
      { skillId: 's1', level: 1 }
    ]
    const has = (level: number, ...more: string[]) => [
      { skillId: 's0', level },
      ...more.map((skillId) => ({ skillId, level: 1 }))
    ]
    const after = (seconds: number, one: Partial<Candidate>, ending = relaxation.ending) =>
      chosen([item('i', { queuedAt: start - seconds * 1000, requirements: asks })], [agent('a', one)], {
        relaxation: { ...relaxation, ending }
      }).length === 1
    expect([9, 10].map((s) => after(s, { skills: has(3, 's1') }))).toEqual([false, true])
    expect([19, 20].map((s) => after(s, { skills: has(2, 's1') }))).toEqual([false, true])
    expect(
      [19, 20].map((s) => after(s, { skills: has(5, 's1'), queueIds: new Set(), teamId: 't1' }))
    ).toEqual([false, true])
    expect([29, 30].map((s) => after(s, { skills: has(2) }))).toEqual([false, true])
    expect([39, 40].map((s) => after(s, {}))).toEqual([false, true])
    expect(after(40, { queueIds: new Set(['q1']) })).toBe(false)
    expect(after(9999, {}, { rule: 'never' })).toBe(false)
  })

  it('gives what asks for contradictions to nobody, until relaxation asks for less', () => {
    const all = Array.from({ length: 5 }, (_, i) =>
      agent(`a${String(i)}`, { skills: [{ skillId: 's0', level: i + 1 }] })
    )
    const relaxation: QueueRules['relaxation'] = {
      steps: [{ afterSeconds: 30, lowerLevelsBy: 0, dropSkillIds: ['s0'], addQueueIds: [], addTeamIds: [] }],
      ending: { rule: 'anyone', afterSeconds: 60 }
    }
    /** With whether less is asked of somebody once the skill is dropped. */
    const contradictions: [Requirement[], number][] = [
      [[{ skillId: 's0', level: 4, upTo: 2 }], 1],
      [[{ skillId: 's0', level: 3 }, { not: { skillId: 's0', level: 2 } }], 1],
      [[{ agentIds: ['a0'] }, { agentIds: ['a1'] }], 0],
      [[{ all: [{ skillId: 's0', level: 2 }, { not: { agentIds: all.map(({ id }) => id) } }] }], 0]
    ]
    for (const [requirements, withoutSkill] of contradictions) {
      const after = (seconds: number, ending = relaxation.ending) =>
        chosen([item('i', { requirements, queuedAt: start - seconds * second })], all, {
          relaxation: { ...relaxation, ending }
        }).length
      expect([29, 30, 60].map((s) => after(s))).toEqual([0, withoutSkill, 1])
      expect(after(9999, { rule: 'never' })).toBe(withoutSkill)
    }
  })

  it('gives a silent thread no place, and one that waits for its place again the right to it', () => {
    const two = capacityOf({ voice: 1, chat: 2 })
    const parked = (kind: Held['parked'], count: number): Held[] =>
      Array.from({ length: count }, (_, i) => ({
        medium: 'chat',
        interactionId: `p${String(i)}`,
        parked: kind
      }))
    const takes = (holds: Held[], medium: Medium) =>
      chosen([item('i', { medium })], [agent('a', { capacity: two, holds })]).length
    expect(takes(parked(null, 2), 'chat')).toBe(0)
    expect(takes(parked('idle', 9), 'chat')).toBe(1)
    expect(takes(parked('idle', 9), 'voice')).toBe(1)
    expect(takes(parked('due', 1), 'chat')).toBe(1)
    expect(takes(parked('due', 2), 'chat')).toBe(0)
    expect(takes(parked('due', 2), 'voice')).toBe(1)
  })

  it('says why: the wait, each skill with its levels, the choice, and who was passed over', () => {
    const work = item('i', { requirements: [{ skillId: 's0', level: 2 }], passedOver: ['z'] })
    const skills = [{ skillId: 's0', level: 4 }]
    const [made] = match(
      [work],
      [
        agent('a', { skills }),
        agent('b', { skills, holds: holding('chat') }),
        agent('c', { skills, presence: 'paused' })
      ],
      () => plainRules,
      start
    )
    expect(made?.reasons).toEqual([
      { code: 'waited', figures: { seconds: 60 } },
      { code: 'skill', figures: { skillId: 's0', needed: 2, has: 4 } },
      { code: 'longest-idle', figures: { among: 1, idleSeconds: 1, load: 0, handled: 0 } },
      { code: 'others-busy', figures: { agents: 1 } },
      { code: 'others-away', figures: { agents: 1 } },
      { code: 'passed-over', figures: { agentId: 'z' } }
    ])
  })

  it('gets through 5,000 items and 200 agents, fills every place and no more', () => {
    const skills = [{ skillId: 's0', level: 3 }]
    const agents = Array.from({ length: 200 }, (_, i) =>
      agent(`a${String(i)}`, { skills, capacity: capacityOf({ chat: 4, email: 5 }) })
    )
    const items = Array.from({ length: 5000 }, (_, i) =>
      item(`i${String(i)}`, {
        medium: i % 2 ? 'chat' : 'email',
        queuedAt: start - i * 1000,
        requirements: [{ skillId: 's0', level: 2 }]
      })
    )
    const matches = match(items, agents, () => plainRules, start)
    expect(matches).toHaveLength(200 * 9)
    for (const one of agents) expect(matches.filter(({ agentId }) => agentId === one.id)).toHaveLength(9)
  })
})
