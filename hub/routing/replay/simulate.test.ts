import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultCapacity } from '@palabre/config/contract/routing'
import { figuresOf } from './figures.ts'
import { simulate, type Scenario, type ScenarioRules, type Worker } from './simulate.ts'
import type { Outcome, Span, Visit } from './traffic.ts'

const start = Date.UTC(2026, 10, 20, 8)
const at = (seconds: number) => start + seconds * 1000
const to = at(3600)

const plain: ScenarioRules = {
  agentChoice: 'longest-idle',
  order: 'first-in',
  horizonMs: 0,
  relaxation: { steps: [], ending: { rule: 'never' } },
  stickySkillNeeded: true,
  requirements: [],
  priority: 0,
  targetMs: () => 20_000,
  stickyMs: 0
}

const always: Span[] = [{ state: 'ready', from: start, to }]
const worker = (id: string, more: Partial<Worker> = {}): Worker => ({
  id,
  teamId: null,
  queueIds: new Set(['q']),
  skills: [],
  capacity: defaultCapacity,
  spans: always,
  ...more
})
const scenario = (agents: Worker[], rules: Partial<ScenarioRules> = {}): Scenario => ({
  agents,
  rulesOf: () => ({ ...plain, ...rules })
})

/** A call that was answered at once and took so many seconds. */
const call = (id: string, joined: number, handled: number, more: Partial<Visit> = {}): Visit => ({
  id,
  queueId: 'q',
  medium: 'voice',
  joinedAt: at(joined),
  queuedAt: at(joined),
  keepsAge: false,
  points: 0,
  requirements: null,
  preferredIds: [],
  forbiddenIds: [],
  stickyId: null,
  moves: [],
  missesMs: [],
  pickupMs: 0,
  handledMs: handled * 1000,
  ended: { how: 'answered', at: at(joined), agentId: 'recorded', until: at(joined + handled) },
  targetMs: 20_000,
  late: false,
  next: null,
  ...more
})

function run(visits: Visit[], given: Scenario): Outcome {
  const simulation = simulate({ from: start, to, visits }, given)
  for (;;) {
    const step = simulation.next()
    if (step.done) return step.value
  }
}
const waited = (outcome: Outcome) => outcome.waits.map(({ waitedMs }) => waitedMs / 1000)

describe('a replay', () => {
  it('lets calls wait for one agent one after the other', () => {
    const outcome = run([call('a', 0, 60), call('b', 10, 60), call('c', 200, 60)], scenario([worker('x')]))
    expect(waited(outcome)).toEqual([0, 50, 0])
    expect(figuresOf(outcome)).toEqual({
      arrivals: 3,
      answered: 3,
      abandoned: 0,
      serviceLevel: 2 / 3,
      waitAverageS: 16.7,
      waitP90S: 50,
      waitLongestS: 50,
      occupancy: 180 / 3600
    })
  })

  it('has two agents answer both at once', () => {
    const agents = [worker('x'), worker('y')]
    expect(waited(run([call('a', 0, 60), call('b', 10, 60)], scenario(agents)))).toEqual([0, 0])
  })

  it('counts the time that an offer stands before it is answered', () => {
    const visits = [call('a', 0, 60, { pickupMs: 4000 }), call('b', 0, 60)]
    expect(waited(run(visits, scenario([worker('x')])))).toEqual([4, 64])
  })

  it('lets a customer leave who waited as long as the one who left, and not one who is answered before', () => {
    const leaving = (id: string, joined: number) =>
      call(id, joined, 30, { ended: { how: 'left', at: at(joined + 40) } })
    const visits = [call('a', 0, 100), leaving('b', 10), leaving('c', 70)]
    const outcome = run(visits, scenario([worker('x')]))
    expect(outcome.waits.map(({ how, waitedMs }) => [how, waitedMs / 1000])).toEqual([
      ['answered', 0],
      ['left', 40],
      ['answered', 30]
    ])
    expect(figuresOf(outcome).abandoned).toBe(1)
  })

  it('leaves waiting what nobody takes until the period ends', () => {
    const outcome = run([call('a', 3000, 60)], scenario([]))
    expect(outcome.waits).toEqual([
      { queueId: 'q', how: 'waiting', waitedMs: 600_000, targetMs: 20_000, late: true }
    ])
  })

  it('offers nothing before somebody is ready, and takes an offer back when they go', () => {
    const early = worker('x', {
      spans: [
        { state: 'ready', from: at(0), to: at(12) },
        { state: 'paused', from: at(12), to }
      ]
    })
    const late = worker('y', {
      spans: [
        { state: 'offline', from: at(0), to: at(30) },
        { state: 'ready', from: at(30), to }
      ]
    })
    expect(waited(run([call('a', 10, 60, { pickupMs: 5000 })], scenario([early, late])))).toEqual([25])
  })

  it('replays an offer that was missed, and goes to somebody else then', () => {
    const outcome = run(
      [call('a', 0, 60, { missesMs: [30_000] })],
      scenario([worker('x'), worker('y', { capacity: defaultCapacity })])
    )
    expect(waited(outcome)).toEqual([30])
    expect(outcome.work.get('x')).toEqual([])
    expect(outcome.work.get('y')).toHaveLength(1)
  })

  it('waits with skills until relaxation lowers them', () => {
    const skilled = worker('x', { skills: [{ skillId: 's', level: 2 }] })
    const step = { afterSeconds: 45, lowerLevelsBy: 1, dropSkillIds: [], addQueueIds: [], addTeamIds: [] }
    const rules: Partial<ScenarioRules> = {
      requirements: [{ skillId: 's', level: 3 }],
      relaxation: { steps: [step], ending: { rule: 'never' } }
    }
    expect(waited(run([call('a', 0, 60)], scenario([skilled], rules)))).toEqual([45])
  })

  it('goes on with a transfer after the handling before it, with its age', () => {
    const first = call('a', 0, 60)
    const second = call('a2', 60, 30, {
      keepsAge: true,
      queuedAt: first.queuedAt,
      ended: { how: 'answered', at: at(60), agentId: 'recorded', until: at(90) }
    })
    const visits = [call('z', 0, 20), { ...first, id: 'b', joinedAt: at(1), queuedAt: at(1), next: second }]
    // Answered at 20 instead of 1, so transferred at 80 instead of 61.
    expect(waited(run(visits, scenario([worker('x')])))).toEqual([0, 19, 79])
  })

  it('moves what waits when it was moved, and not what is answered before', () => {
    const other = worker('y', { queueIds: new Set(['other']) })
    const moves = [{ afterMs: 25_000, queueId: 'other' }]
    const visits = [call('a', 0, 60, { moves }), call('b', 5, 60, { moves })]
    const outcome = run(visits, scenario([worker('x'), other]))
    expect(waited(outcome)).toEqual([0, 25])
    expect(outcome.work.get('y')).toHaveLength(1)
  })

  it('begins with what was in hand, and lets it wait when its agent is not there', () => {
    const before = call('old', -100, 160, {
      ended: { how: 'answered', at: at(-100), agentId: 'x', until: at(60) }
    })
    const visits = [before, call('a', 10, 30)]
    expect(waited(run(visits, scenario([worker('x')])))).toEqual([50])
    expect(waited(run(visits, scenario([worker('y')])))).toEqual([50])
    expect(waited(run(visits, scenario([worker('x'), worker('y')])))).toEqual([0])
  })

  it('holds a returning customer for whom they know', () => {
    const busy = call('a', 0, 30, { preferredIds: ['x'] })
    const back = call('b', 5, 30, { stickyId: 'x' })
    const agents = [worker('x'), worker('y')]
    expect(waited(run([busy, back], scenario(agents, { stickyMs: 60_000 })))).toEqual([0, 25])
    expect(waited(run([busy, back], scenario(agents, { stickyMs: 10_000 })))).toEqual([0, 10])
    expect(waited(run([busy, back], scenario(agents)))).toEqual([0, 0])
  })

  const calls = fc
    .array(
      fc.record({
        joined: fc.integer({ min: 0, max: 1200 }),
        handled: fc.integer({ min: 1, max: 300 }),
        patience: fc.option(fc.integer({ min: 1, max: 200 }))
      }),
      { minLength: 1, maxLength: 40 }
    )
    .map((all) =>
      all
        .sort((a, b) => a.joined - b.joined)
        .map(({ joined, handled, patience }, i) => ({
          visit: call(String(i).padStart(3, '0'), joined, handled),
          patience
        }))
    )
  const team = (size: number) => Array.from({ length: size }, (_, i) => worker(`w${String(i)}`))

  it('never makes anybody wait longer with one agent more, where all can take all', () => {
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 5 }), (given, size) => {
        const visits = given.map(({ visit }) => visit)
        const few = waited(run(visits, scenario(team(size))))
        const more = waited(run(visits, scenario(team(size + 1))))
        more.forEach((seconds, i) => expect(seconds).toBeLessThanOrEqual(few[i] ?? 0))
      })
    )
  })

  it('gives the same outcome twice, whatever the order in which it is told', () => {
    const rules: Partial<ScenarioRules> = { agentChoice: 'fair-share', order: 'deadline-first' }
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 4 }), (given, size) => {
        const visits = given.map(({ visit, patience }) =>
          patience === null
            ? visit
            : { ...visit, ended: { how: 'left' as const, at: visit.joinedAt + patience * 1000 } }
        )
        const once = run(visits, scenario(team(size), rules))
        const again = run(visits, scenario(team(size).reverse(), rules))
        expect(again.waits).toEqual(once.waits)
        for (const [id, work] of once.work) expect(again.work.get(id)).toEqual(work)
      })
    )
  })

  it('answers everybody or lets them go, holds one call at a time, and works only while somebody is there', () => {
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 3 }), (given, size) => {
        const visits = given.map(({ visit, patience }) =>
          patience === null
            ? visit
            : { ...visit, ended: { how: 'left' as const, at: visit.joinedAt + patience * 1000 } }
        )
        const outcome = run(visits, scenario(team(size)))
        expect(outcome.waits).toHaveLength(visits.length)
        outcome.waits.forEach(({ how, waitedMs }, i) => {
          const patience = given[i]?.patience ?? null
          if (how === 'left') expect(waitedMs).toBe((patience ?? 0) * 1000)
          else if (patience !== null) expect(waitedMs).toBeLessThanOrEqual(patience * 1000)
        })
        for (const work of outcome.work.values()) {
          const inOrder = [...work].sort((a, b) => a.from - b.from)
          inOrder.slice(1).forEach(({ from }, i) => expect(from).toBeGreaterThanOrEqual(inOrder[i]?.to ?? 0))
        }
        expect(figuresOf(outcome).occupancy).toBeLessThanOrEqual(1)
      })
    )
  })

  it('pauses often enough to let others in', () => {
    const visits = Array.from({ length: 5000 }, (_, i) => call(String(i).padStart(5, '0'), i * 0.7, 3))
    const simulation = simulate({ from: start, to, visits }, scenario(team(3)))
    let pauses = 0
    while (!simulation.next().done) pauses++
    expect(pauses).toBeGreaterThan(20)
  })
})
