import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Agent } from '../contract/agent.ts'
import type { BoardCell, BoardQuarter } from '../contract/board.ts'
import { definitions, shareOf } from './definitions.ts'
import { figureNames, figuresOf, type Floor } from './figures.ts'
import { groupings, groupsOf } from './groups.ts'
import { condense, hourSince, quarterMs, quarterOf, quartersSince } from './quarters.ts'
import { trend } from './trend.ts'
import { figures as words } from '../i18n/words/figures.ts'

const now = Date.parse('2026-03-10T14:07:00.000Z')
const from = Date.parse('2026-03-10T00:00:00.000Z')
const filter = { from }
const queueIds = ['q1', 'q2', 'q3']
const teams: Floor['teams'] = [
  { id: 't1', queueIds: ['q1', 'q2'], siteId: 's1' },
  { id: 't2', queueIds: ['q2'], siteId: 's2' },
  { id: 't3', queueIds: [], siteId: null }
]
const channels: Record<string, string> = { a1: 'chat', a2: 'email', a3: 'voice' }
const media = { a1: 'chat', a2: 'email', a3: 'voice' } as const
const iso = (at: number) => new Date(at).toISOString()
const past = (most: number) => fc.integer({ min: 0, max: most }).map((ms) => iso(now - ms))

const due = fc
  .record({
    n: fc.nat(),
    waited: fc.integer({ max: 400_000, min: 0 }),
    target: fc.integer({ min: 1, max: 400_000 })
  })
  .map(({ n, waited, target }) => ({
    interactionId: `i${String(n)}`,
    queuedAt: iso(now - waited),
    dueAt: iso(now - waited + target)
  }))
const small = fc.integer({ min: 0, max: 9 })
const cell = fc
  .record({
    queueId: fc.constantFrom(...queueIds),
    accountId: fc.constantFrom('a1', 'a2', 'a3'),
    waiting: small,
    offered: small,
    active: small,
    wrapUp: small,
    oldestQueuedAt: fc.option(past(900_000)),
    due: fc.array(due, { maxLength: 5 })
  })
  .map((one): BoardCell => ({
    ...one,
    channel: channels[one.accountId]!,
    medium: media[one.accountId as 'a1'],
    wrapUpIds: []
  }))

/** What happened to one interaction, so that sums of work and of agents come from the same. */
const event = fc.record({
  queueId: fc.constantFrom(...queueIds),
  accountId: fc.constantFrom('a1', 'a2', 'a3'),
  agentId: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'gone'),
  slot: fc.integer({ min: -8, max: 56 }).map((n) => from + n * quarterMs),
  kind: fc.constantFrom('arrived', 'answered', 'missed', 'handled', 'abandoned', 'automatic'),
  ms: fc.integer({ min: 0, max: 600_000 }),
  inTarget: fc.boolean()
})
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never
function sumsOf({ kind, ms, inTarget }: Event): Record<string, number> {
  if (kind === 'answered') return { answered: 1, answerMs: ms, answeredInTarget: inTarget ? 1 : 0 }
  if (kind === 'handled') return { handled: 1, handledMs: ms }
  if (kind === 'abandoned') return { abandoned: 1, abandonedShort: ms < 5000 ? 1 : 0 }
  return { [kind]: 1 }
}
const ofAgents = ['answered', 'missed', 'handled']
const quartersOf = (events: Event[]): BoardQuarter[] =>
  events.flatMap((one, n) => {
    const common = { slot: iso(one.slot), sums: sumsOf(one), version: 1 }
    const { queueId, accountId, agentId } = one
    const work = { kind: 'queue' as const, queueId, accountId, agentId: null }
    const agent = { kind: 'agent' as const, queueId: null, accountId: null, agentId }
    return [
      {
        ...common,
        ...work,
        id: `w${String(n)}`,
        channel: channels[accountId]!,
        medium: media[accountId as 'a1']
      },
      ...(ofAgents.includes(one.kind)
        ? [{ ...common, ...agent, id: `a${String(n)}`, channel: null, medium: null }]
        : [])
    ]
  })

const teamOf: Record<string, string | null> = { p1: 't1', p2: 't2', p3: 't3', p4: null }
const agentOf = (id: string) =>
  fc
    .record({
      state: fc.constantFrom('ready', 'paused', 'no-answer', 'offline'),
      since: past(3_600_000),
      holds: fc.array(
        fc.record({
          interactionId: fc.constantFrom('i1', 'i2', 'i3'),
          medium: fc.constant('chat' as const),
          since: past(600_000),
          parked: fc.constantFrom(null, 'idle', 'due')
        }),
        { maxLength: 3 }
      ),
      lent: fc.boolean()
    })
    .map(
      ({ state, since, holds, lent }) =>
        ({
          id,
          teamId: teamOf[id] ?? null,
          presence: { state, since, pauseReasonId: null, cause: null },
          loans: lent ? [{ queueId: 'q3', until: iso(now + 1), by: { id: 'x', name: 'X' } }] : [],
          holds
        }) as unknown as Agent
    )

const floor = fc.record({
  cells: fc.array(cell, { maxLength: 8 }),
  quarters: fc.array(event, { maxLength: 60 }).map(quartersOf),
  agents: fc.tuple(agentOf('p1'), agentOf('p2'), agentOf('p3'), agentOf('p4')),
  teams: fc.constant(teams),
  queues: fc.constant([
    { id: 'q1', targets: [{ medium: 'chat' as const, seconds: 60 }] },
    { id: 'q2', targets: [] },
    {
      id: 'q3',
      targets: [
        { medium: 'email' as const, seconds: 60 },
        { medium: 'voice' as const, seconds: 60 }
      ]
    }
  ])
})
const counts = figureNames.filter((name) => definitions[name].unit === 'count')

describe('the figures of a floor', () => {
  it('are the sum of the figures of its groups wherever these are their own', () => {
    fc.assert(
      fc.property(floor, (given) => {
        const whole = figuresOf(given, filter, now)
        for (const by of groupings)
          for (const name of counts.filter((one) => shareOf(one, by) === 'own')) {
            const parts = groupsOf(by, given).map(
              ({ within }) => figuresOf(given, { ...filter, ...within }, now)[name]
            )
            const sum = parts.reduce((all: number, part) => all + (part ?? 0), 0)
            expect(sum, `${name} by ${by}`).toBe(whole[name] ?? 0)
          }
      })
    )
  })

  it('know nothing of agents of a channel or an account, and all of agents of a team', () => {
    fc.assert(
      fc.property(floor, (given) => {
        for (const name of figureNames)
          for (const by of groupings)
            if (shareOf(name, by) === 'unknown')
              for (const { within } of groupsOf(by, given))
                expect(figuresOf(given, { ...filter, ...within }, now)[name]).toBeNull()
      })
    )
  })

  it('have each agent who is signed in do one thing', () => {
    fc.assert(
      fc.property(floor, (given) => {
        const all = figuresOf(given, filter, now)
        const parts = [
          all.agentsReady,
          all.agentsBusy,
          all.agentsWrapUp,
          all.agentsPaused,
          all.agentsNoAnswer
        ]
        expect(parts.reduce((sum: number, part) => sum + (part ?? 0), 0)).toBe(all.agentsSignedIn)
      })
    )
  })

  it('have shares between nothing and everything, and times that are not negative', () => {
    fc.assert(
      fc.property(floor, (given) => {
        const all = figuresOf(given, filter, now)
        for (const name of figureNames) {
          const figure = all[name]
          if (figure === null) continue
          expect(figure).toBeGreaterThanOrEqual(0)
          if (definitions[name].unit === 'share') expect(figure).toBeLessThanOrEqual(1)
        }
        if (all.serviceLevel !== null && all.serviceLevelWithoutShort !== null)
          expect(all.serviceLevelWithoutShort).toBeGreaterThanOrEqual(all.serviceLevel)
      })
    )
  })

  it('are the same of condensed quarters', () => {
    fc.assert(
      fc.property(floor, (given) => {
        const fewer = { ...given, quarters: condense(given.quarters, from, now) }
        for (const within of [{}, { teamIds: ['t1'] }, { queueIds: ['q2'] }, { channels: ['chat'] }]) {
          const [plain, condensed] = [given, fewer].map((one) =>
            figuresOf(one, { ...filter, ...within }, now)
          )
          expect(condensed).toEqual(plain)
        }
      })
    )
  })

  it('add up over the quarters of the day', () => {
    fc.assert(
      fc.property(floor, (given) => {
        const slots = quartersSince(from, now)
        for (const name of counts.filter((one) => definitions[one].trend)) {
          const sum = trend(given, filter, name, slots).reduce((all: number, one) => all + (one ?? 0), 0)
          expect(sum, name).toBe(figuresOf(given, filter, now)[name])
        }
      })
    )
  })
})

describe('single figures', () => {
  const empty: Floor = { cells: [], quarters: [], agents: [], teams: [], queues: [] }
  const some = (sums: Record<string, number>, slot = now): BoardQuarter => ({
    id: String(slot),
    slot: iso(quarterOf(slot)),
    kind: 'queue',
    queueId: 'q1',
    accountId: 'a1',
    channel: 'chat',
    medium: 'chat',
    agentId: null,
    sums,
    version: 1
  })
  const queues: Floor['queues'] = [{ id: 'q1', targets: [{ medium: 'chat', seconds: 60 }] }]

  it('are null where there is nothing to divide, and nothing where there is nothing to count', () => {
    const none = figuresOf(empty, filter, now)
    for (const name of figureNames)
      expect(none[name], name).toBe(definitions[name].unit === 'count' ? 0 : null)
  })

  it('count every abandoned contact against the strict service level, and short ones not without them', () => {
    const sums = { answered: 8, answeredInTarget: 6, abandoned: 4, abandonedShort: 2, answerMs: 80_000 }
    const all = figuresOf({ ...empty, queues, quarters: [some(sums)] }, filter, now)
    expect(all.serviceLevel).toBe(0.5)
    expect(all.serviceLevelWithoutShort).toBe(0.6)
    expect(all.serviceLevelAnswered).toBe(0.75)
    expect(all.abandonment).toBeCloseTo(1 / 3)
    expect(all.asaMs).toBe(10_000)
  })

  it('have no service level where there is no target', () => {
    const quarters = [some({ answered: 8, answeredInTarget: 8 })]
    expect(figuresOf({ ...empty, quarters }, filter, now).serviceLevel).toBeNull()
  })

  it('look back an hour for what is "now", whenever the day began', () => {
    const quarters = [
      some({ answered: 1, answeredInTarget: 0 }, hourSince(now) - 1),
      some({ answered: 1, answeredInTarget: 1 }, hourSince(now))
    ]
    const all = figuresOf({ ...empty, queues, quarters }, { from: now - 60_000 }, now)
    expect(all.serviceLevelNow).toBe(1)
    expect(all.serviceLevel).toBeNull()
  })

  it('have work at risk from 80 % of the target on, and late from the target on', () => {
    const of = (waited: number, target: number): BoardCell => ({
      queueId: 'q1',
      accountId: 'a1',
      channel: 'chat',
      medium: 'chat',
      waiting: 1,
      offered: 0,
      active: 0,
      wrapUp: 0,
      oldestQueuedAt: iso(now - waited),
      due: [{ interactionId: 'i1', queuedAt: iso(now - waited), dueAt: iso(now - waited + target) }],
      wrapUpIds: []
    })
    const risks = (waited: number) => {
      const { atRisk, late, oldestWaitMs } = figuresOf({ ...empty, cells: [of(waited, 1000)] }, filter, now)
      return [atRisk, late, oldestWaitMs]
    }
    expect(risks(799)).toEqual([0, 0, 799])
    expect(risks(800)).toEqual([1, 0, 800])
    expect(risks(999)).toEqual([1, 0, 999])
    expect(risks(1000)).toEqual([0, 1, 1000])
  })

  it('take work in hand into the occupancy, but never more than the time ready', () => {
    const agent = {
      id: 'p1',
      teamId: null,
      presence: { state: 'ready', since: iso(now - 100_000), pauseReasonId: null, cause: null },
      loans: [],
      holds: [{ interactionId: 'i1', medium: 'chat', since: iso(now - 25_000), parked: null }]
    } as unknown as Agent
    expect(figuresOf({ ...empty, agents: [agent] }, filter, now).occupancy).toBe(0.25)
    const sums = { handledMs: 900_000, readyMs: 0 }
    const quarters: BoardQuarter[] = [
      { ...some(sums), kind: 'agent', queueId: null, accountId: null, medium: null, agentId: 'p1' }
    ]
    expect(figuresOf({ ...empty, agents: [agent], quarters }, filter, now).occupancy).toBe(1)
  })

  it('call an agent in wrap-up only when all that takes a place is', () => {
    const agent = (ids: string[]) =>
      ({
        id: 'p1',
        teamId: null,
        presence: { state: 'ready', since: iso(now), pauseReasonId: null, cause: null },
        loans: [],
        holds: ids.map((interactionId) => ({ interactionId, medium: 'chat', since: iso(now), parked: null }))
      }) as unknown as Agent
    const cells: BoardCell[] = [
      {
        queueId: 'q1',
        accountId: 'a1',
        channel: 'chat',
        medium: 'chat',
        waiting: 0,
        offered: 0,
        active: 1,
        wrapUp: 1,
        oldestQueuedAt: null,
        due: [],
        wrapUpIds: ['i1']
      }
    ]
    const of = (...ids: string[]) => {
      const all = figuresOf({ ...empty, cells, agents: [agent(ids)] }, filter, now)
      return [all.agentsReady, all.agentsBusy, all.agentsWrapUp]
    }
    expect(of()).toEqual([1, 0, 0])
    expect(of('i1')).toEqual([0, 0, 1])
    expect(of('i1', 'i2')).toEqual([0, 1, 0])
  })

  it('have words and formulas in every language', () => {
    for (const locale of ['en', 'fr'] as const)
      for (const name of figureNames) {
        expect(words[locale][name]).toBeTruthy()
        expect(words[locale][`${name}-formula`]).toBeTruthy()
      }
  })
})
