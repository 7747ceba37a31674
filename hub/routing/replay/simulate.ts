import type { CapacityRules, Requirement } from '@palabre/config/contract/routing'
import { openEngine } from '../core/engine.ts'
import { heapOf } from '../core/heap.ts'
import type { Candidate, Held, Match, QueueRules, WaitingItem } from '../core/picture.ts'
import { dayOf } from '../picture.ts'
import { readyIn } from './presence.ts'
import type { Interval, Outcome, Span, Visit, Wait } from './traffic.ts'

/** Who would have been there, and by which rules. */
export interface Scenario {
  agents: readonly Worker[]
  rulesOf: (queueId: string) => ScenarioRules
}

export interface Worker {
  id: string
  teamId: string | null
  queueIds: ReadonlySet<string>
  skills: Candidate['skills']
  capacity: CapacityRules
  spans: readonly Span[]
}

/** What the core reads of a queue, and what an interaction takes on in it. */
export interface ScenarioRules extends QueueRules {
  requirements: readonly Requirement[]
  priority: number
  targetMs: (medium: WaitingItem['medium']) => number | null
  /** For how long a returning customer is held for the agent they know; 0 for not at all. */
  stickyMs: number
}

/** A visit under way. */
interface Run {
  visit: Visit
  /** Where it waits now, after moves. */
  queueId: string
  joinedAt: number
  queuedAt: number
  state: 'waiting' | 'offered' | 'inHand' | 'done'
  /** Of which offer a timer speaks. */
  offers: number
  agent: State | null
  answeredAt: number | null
  passedOver: string[]
  misses: number
  wait: Wait | null
}

interface State {
  worker: Worker
  presence: Span['state']
  holds: Held[]
  idleSince: number
  handled: { day: string; count: number }
  work: Interval[]
  offered: Set<Run>
}

interface Event {
  at: number
  /** Equal moments in the order in which they were planned. */
  n: number
  happen: (now: number) => void
}

/** Steps between two pauses, so that who runs a long one can let others in. */
const stepsAtOnce = 400
const decisionsAtOnce = 50

/**
 * Runs recorded traffic through the routing core: visits arrive when they did (or when the one before them ends),
 * every offer is answered after as long as it was, handling takes as long as it took, and customers who left leave
 * when they have waited as long. Somebody who was answered waits for as long as it takes. Deterministic and without a
 * clock; it yields now and then, and returns what came of it.
 */
export function* simulate(
  { from, to, visits }: { from: number; to: number; visits: readonly Visit[] },
  { agents, rulesOf }: Scenario
): Generator<void, Outcome> {
  const events = heapOf<Event>((a, b) => (a.at === b.at ? a.n < b.n : a.at < b.at))
  const engine = openEngine(rulesOf)
  const states = new Map<string, State>()
  const runs = new Map<string, Run>()
  const waits: Wait[] = []
  const open = new Set<Run>()
  let planned = 0
  let clock = from

  /** What should have happened before the period began happens when it begins. */
  const plan = (at: number, happen: Event['happen']) => {
    if (at < to) events.push({ at: Math.max(at, clock), n: planned++, happen })
  }
  const show = (state: State, now: number) => {
    engine.putAgent(candidateOf(state, now), now)
  }

  function join(visit: Visit, at: number, queuedAt: number) {
    const wait: Wait | null = at >= from ? noteWait(visit.queueId) : null
    const run: Run = {
      visit,
      queueId: visit.queueId,
      joinedAt: at,
      queuedAt,
      state: 'waiting',
      offers: 0,
      agent: null,
      answeredAt: null,
      passedOver: [],
      misses: 0,
      wait
    }
    runs.set(visit.id, run)
    open.add(run)
    queue(run, at)
    if (visit.ended.how === 'left') plan(at + (visit.ended.at - visit.joinedAt), (now) => leave(run, now))
    for (const { afterMs, queueId } of visit.moves) plan(at + afterMs, (now) => move(run, queueId, now))
  }

  function noteWait(queueId: string): Wait {
    const wait: Wait = { queueId, how: 'waiting', waitedMs: 0, targetMs: null, late: false }
    waits.push(wait)
    return wait
  }

  function queue(run: Run, now: number) {
    run.state = 'waiting'
    run.agent = null
    engine.putItem(itemOf(run, rulesOf(run.queueId)), now)
  }

  function giveBack(run: Run, now: number) {
    const { agent } = run
    if (!agent) return
    agent.offered.delete(run)
    agent.holds = agent.holds.filter(({ interactionId }) => interactionId !== run.visit.id)
    agent.idleSince = now
    show(agent, now)
  }

  function offer({ item, agentId }: Match, now: number) {
    const run = runs.get(item.id)
    const agent = states.get(agentId)
    if (!run || !agent) throw new Error(`the core offered ${item.id}, or to ${agentId}, who are not there`)
    run.state = 'offered'
    run.agent = agent
    const number = ++run.offers
    agent.holds = [...agent.holds, { medium: item.medium, interactionId: item.id, parked: null }]
    agent.idleSince = now
    agent.offered.add(run)
    const missMs = run.visit.missesMs[run.misses]
    const stands = (happen: Event['happen']) => (at: number) => {
      if (run.state === 'offered' && run.offers === number) happen(at)
    }
    if (missMs === undefined)
      plan(
        now + run.visit.pickupMs,
        stands((at) => answer(run, agent, at))
      )
    else
      plan(
        now + missMs,
        stands((at) => miss(run, at))
      )
  }

  function miss(run: Run, now: number) {
    run.misses++
    if (run.agent) run.passedOver.push(run.agent.worker.id)
    giveBack(run, now)
    queue(run, now)
  }

  function answer(run: Run, agent: State, now: number) {
    run.state = 'inHand'
    run.answeredAt = now
    agent.offered.delete(run)
    settle(run, 'answered', now)
    plan(now + run.visit.handledMs, (at) => finish(run, agent, now, at))
  }

  function finish(run: Run, agent: State, since: number, now: number) {
    run.state = 'done'
    agent.work.push({ from: since, to: now })
    open.delete(run)
    const today = dayOf(new Date(now))
    agent.handled = { day: today, count: (agent.handled.day === today ? agent.handled.count : 0) + 1 }
    giveBack(run, now)
    follow(run, now)
  }

  /** The next visit of the same interaction: as long after this one as it was. */
  function follow({ visit: { ended, next }, queuedAt }: Run, now: number) {
    if (!next || ended.how !== 'answered') return
    plan(now + (next.joinedAt - ended.until), (at) =>
      join(next, at, next.keepsAge ? queuedAt : at - (next.joinedAt - next.queuedAt))
    )
  }

  function leave(run: Run, now: number) {
    if (run.state !== 'waiting' && run.state !== 'offered') return
    engine.removeItem(run.visit.id)
    run.state = 'done'
    open.delete(run)
    settle(run, 'left', now)
    giveBack(run, now)
  }

  function move(run: Run, queueId: string, now: number) {
    if (run.state !== 'waiting') return
    run.queueId = queueId
    run.passedOver = []
    queue(run, now)
  }

  function settle(run: Run, how: Wait['how'], now: number) {
    if (!run.wait) return
    const waitedMs = now - run.queuedAt
    const targetMs = rulesOf(run.queueId).targetMs(run.visit.medium)
    Object.assign(run.wait, { how, waitedMs, targetMs, late: targetMs !== null && waitedMs > targetMs })
  }

  function turn(state: State, presence: Span['state'], now: number) {
    state.presence = presence
    if (presence === 'ready') state.idleSince = now
    show(state, now)
    if (presence !== 'ready')
      for (const run of [...state.offered]) {
        giveBack(run, now)
        queue(run, now)
      }
  }

  /** What was in somebody's hands when the period began stays there; without them it waits. */
  function carryIn(visit: Visit & { ended: { how: 'answered' } }) {
    const { agentId, at, until } = visit.ended
    const agent = states.get(agentId)
    if (!agent) return join({ ...visit, handledMs: until - from, moves: [] }, visit.joinedAt, visit.queuedAt)
    const run: Run = {
      visit,
      queueId: visit.queueId,
      joinedAt: visit.joinedAt,
      queuedAt: visit.queuedAt,
      state: 'inHand',
      offers: 0,
      agent,
      answeredAt: at,
      passedOver: [],
      misses: 0,
      wait: null
    }
    open.add(run)
    agent.holds = [...agent.holds, { medium: visit.medium, interactionId: visit.id, parked: null }]
    show(agent, from)
    plan(until, (now) => finish(run, agent, from, now))
  }

  for (const worker of agents) {
    const state: State = {
      worker,
      presence: 'offline',
      holds: [],
      idleSince: from,
      handled: { day: '', count: 0 },
      work: [],
      offered: new Set()
    }
    states.set(worker.id, state)
    show(state, from)
    for (const span of worker.spans) plan(span.from, (now) => turn(state, span.state, now))
  }
  let steps = 0
  const isTimeToPause = () => {
    if (++steps < stepsAtOnce) return false
    steps = 0
    return true
  }
  for (const visit of visits) {
    if (isInHandAt(visit, from)) carryIn(visit)
    else plan(Math.max(visit.joinedAt, from), () => join(visit, visit.joinedAt, visit.queuedAt))
    if (isTimeToPause()) yield
  }
  for (;;) {
    const at = Math.min(events.peek()?.at ?? to, engine.nextAt() ?? to)
    if (at >= to) break
    clock = at
    for (let event = events.peek(); event && event.at <= at; event = events.peek()) {
      events.pop()
      event.happen(at)
      if (isTimeToPause()) yield
    }
    for (let decided = decisionsAtOnce; decided === decisionsAtOnce;) {
      const matches = engine.decide(at, decisionsAtOnce)
      decided = matches.length
      for (const match of matches) offer(match, at)
      if (isTimeToPause() || decided === decisionsAtOnce) yield
    }
  }
  for (const run of open) {
    if (run.state === 'inHand') run.agent?.work.push({ from: Math.max(from, run.answeredAt ?? from), to })
    else settle(run, 'waiting', to)
  }

  return {
    waits,
    work: new Map([...states].map(([id, { work }]) => [id, work])),
    ready: new Map(agents.map(({ id, spans }) => [id, readyIn(spans)])),
    staff: (queueId) => agents.filter(({ queueIds }) => queueIds.has(queueId)).map(({ id }) => id)
  }
}

const isInHandAt = (visit: Visit, at: number): visit is Visit & { ended: { how: 'answered' } } =>
  visit.joinedAt < at && visit.ended.how === 'answered' && visit.ended.at < at

function candidateOf({ worker, presence, holds, idleSince, handled }: State, now: number): Candidate {
  const { id, teamId, queueIds, skills, capacity } = worker
  return {
    id,
    version: 0,
    presence,
    teamId,
    queueIds,
    skills,
    capacity,
    holds,
    idleSince,
    handledToday: handled.day === dayOf(new Date(now)) ? handled.count : 0
  }
}

function itemOf(run: Run, rules: ScenarioRules): WaitingItem {
  const { visit, queueId, queuedAt, passedOver } = run
  const targetMs = rules.targetMs(visit.medium)
  return {
    id: visit.id,
    version: 0,
    logged: 0,
    queueId,
    medium: visit.medium,
    priority: rules.priority + visit.points,
    requirements: visit.requirements ?? rules.requirements,
    queuedAt,
    dueAt: targetMs === null ? null : queuedAt + targetMs,
    sticky:
      visit.stickyId === null || rules.stickyMs === 0
        ? null
        : { agentId: visit.stickyId, until: run.joinedAt + rules.stickyMs },
    preferredIds: visit.preferredIds,
    forbiddenIds: visit.forbiddenIds,
    overflowed: [],
    passedOver: [...passedOver]
  }
}
