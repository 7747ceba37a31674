import { openEngine, type Engine } from '@palabre/hub/routing/core/engine'
import type { Candidate, Match, WaitingItem } from '@palabre/hub/routing/core/picture'
import { takersOf } from '@palabre/hub/routing/core/reference'
import { demand } from '../figures.ts'
import { diceOf, type Dice } from '../dice.ts'
import { held, rulesOf, someAgent, someAsk, someItem } from './traffic.ts'

export interface Size {
  waiting: number
  agents: number
  /** How many different things are asked for: as many as menus and forms offer. Infinity: every item its own. */
  asks: number
}

/** What took how long, by the clock and of the processor (which other work on the machine does not lengthen). */
export interface Spent {
  clockMs: number
  cpuMs: number
}

export interface Events extends Spent {
  events: number
  /** What was offered. */
  offered: number
  /** The reasons that were given for it: each is read as it is decided, as the router reads them. */
  reasons: number
  /** What was offered in the end; nothing before is kept, as the router keeps nothing. */
  last: Match[]
  /** What the time that passed meanwhile took: levels that gave way, targets that came near. Not in the above. */
  time: Spent
}

/** Simulated time between two events on a floor of the usual size; where ten times as many wait, a tenth of it. */
const msPerEvent = 5
/** Looked at together: a look at the clock costs as much as part of an event. */
const batch = 500
const start = Date.parse('2026-11-23T10:00:00Z')

function spending(work: () => void): Spent {
  const cpu = process.cpuUsage()
  const clock = performance.now()
  work()
  const clockMs = performance.now() - clock
  const { user, system } = process.cpuUsage(cpu)
  return { clockMs, cpuMs: (user + system) / 1000 }
}
export function addSpent(to: Spent, { clockMs, cpuMs }: Spent) {
  to.clockMs += clockMs
  to.cpuMs += cpuMs
}
const none = (): Spent => ({ clockMs: 0, cpuMs: 0 })

/** An agent all anew, as an event tells of them; the rules of capacity are those of their profile. */
function asTold(agent: Candidate): Candidate {
  const told = JSON.parse(JSON.stringify({ ...agent, queueIds: [...agent.queueIds] })) as Omit<
    Candidate,
    'queueIds'
  > & { queueIds: string[] }
  return {
    id: told.id,
    version: told.version,
    presence: told.presence,
    teamId: told.teamId,
    queueIds: new Set(told.queueIds),
    skills: told.skills,
    capacity: agent.capacity,
    holds: told.holds,
    idleSince: told.idleSince,
    handledToday: told.handledToday
  }
}

/** Items one after the other, of so many kinds. */
function itemsOf(dice: Dice, { asks }: Size) {
  const known = Number.isFinite(asks) ? Array.from({ length: asks }, () => someAsk(dice)) : null
  let count = 0
  return (medium: 'chat' | 'email', queuedAt: number) =>
    someItem(dice, count++, known ? dice.pick(known) : someAsk(dice), medium, queuedAt)
}

function openFloor(size: Size, holds: Candidate['holds']) {
  const dice = diceOf(size.waiting + size.agents)
  const msEach = (msPerEvent * 10_000) / size.waiting
  const engine = openEngine(rulesOf)
  const agents = new Map<string, Candidate>()
  for (let i = 0; i < size.agents; i++) {
    const agent = someAgent(dice, i, holds, start)
    agents.set(agent.id, agent)
    engine.putAgent(agent, start)
  }
  let now = start
  return {
    dice,
    engine,
    agents,
    msEach,
    itemAt: itemsOf(dice, size),
    now: () => now,
    /** Events, each a change and the decisions that it brings. What changes is made before the clock is looked at. */
    run<T>(
      total: number,
      make: () => T,
      put: (one: T) => void,
      after: (those: T[], matches: Match[]) => void
    ) {
      const all: Events = { ...none(), time: none(), events: total, offered: 0, reasons: 0, last: [] }
      for (let done = 0; done < total; done += batch) {
        const count = Math.min(batch, total - done)
        now += count * msEach
        const matches: Match[] = []
        addSpent(
          all.time,
          spending(() => {
            matches.push(...engine.decide(now))
          })
        )
        demand(matches.length === 0, 'something was decided though nobody became free')
        const those = Array.from({ length: count }, make)
        addSpent(
          all,
          spending(() => {
            for (const one of those) {
              put(one)
              for (const match of engine.decide(now)) {
                all.reasons += match.reasons.length
                matches.push(match)
              }
            }
          })
        )
        after(those, matches)
        all.offered += matches.length
        all.last = matches
      }
      return all
    }
  }
}

/** A floor on which everybody is busy and so many wait; its clock runs with its events. */
export interface BusyFloor {
  engine: Engine
  now(): number
  /** So many times somebody becomes free and takes what is theirs. */
  free(count: number): Events
  /** So much arrives and waits. */
  arrive(count: number): Events
  /** The next that becomes free, for who wants to look at it. */
  freed(): Candidate
}

export function openBusyFloor(size: Size): BusyFloor {
  const floor = openFloor(size, [...held('chat', 4), ...held('email', 5)])
  const { dice, engine, agents, msEach } = floor
  const ids = [...agents.keys()]
  let next = 0
  const someMedium = () => (dice.roll() < 0.7 ? 'chat' : 'email')

  /** Somebody after one piece of work is finished. */
  function freed(): Candidate {
    const agent = agents.get(ids[next++ % ids.length]!)!
    const medium = someMedium()
    const done = agent.holds.findIndex((hold) => hold.medium === medium)
    const after = asTold({
      ...agent,
      version: agent.version + 1,
      holds: agent.holds.filter((_, i) => i !== done)
    })
    agents.set(after.id, after)
    return after
  }
  function take(matches: Match[]) {
    for (const { item, agentId } of matches) {
      const agent = agents.get(agentId)!
      const holds = [...agent.holds, { medium: item.medium, interactionId: item.id, parked: null }]
      agents.set(agentId, { ...agent, holds, idleSince: floor.now() })
    }
  }

  // Those who wait have come one after the other, at the rate at which they come and go from now on.
  for (let i = size.waiting; i > 0; i--) {
    const item = floor.itemAt(someMedium(), start - 2 * i * msEach)
    engine.putItem(item, start)
  }
  demand(engine.decide(start).length === 0, 'somebody had room before the start')

  return {
    engine,
    now: floor.now,
    free: (count) =>
      floor.run(
        count,
        freed,
        (agent) => {
          engine.putAgent(agent, floor.now())
        },
        (_, matches) => {
          take(matches)
        }
      ),
    arrive: (count) =>
      floor.run(
        count,
        () => floor.itemAt(someMedium(), floor.now()),
        (item) => {
          engine.putItem(item, floor.now())
        },
        (_, matches) => {
          take(matches)
        }
      ),
    freed
  }
}

/** A floor with places for chats: as many wait, but for mail, so that a chat is offered as it arrives. */
export interface FreeFloor {
  now(): number
  agents: Candidate[]
  /** What arrives next. */
  arrival(): WaitingItem
  /** So much arrives and is offered; what nobody has room for, and what was taken, leaves again. */
  arrive(count: number): Events
}

export function openFreeFloor(size: Size): FreeFloor {
  const floor = openFloor(size, [...held('chat', 2), ...held('email', 5)])
  const { engine, agents } = floor
  for (let i = size.waiting; i > 0; i--)
    engine.putItem(floor.itemAt('email', start - 2 * i * floor.msEach), start)
  demand(engine.decide(start).length === 0, 'somebody had room for mail')
  const people = [...agents.values()].map((agent) => ({ ...agent, given: 0 }))
  /** Something that somebody here could take. */
  const arrival = (): WaitingItem => {
    for (;;) {
      const item = floor.itemAt('chat', floor.now())
      if (people.some((one) => takersOf(item, [one], rulesOf(item.queueId), floor.now()).length > 0))
        return item
    }
  }

  return {
    now: floor.now,
    agents: [...agents.values()],
    arrival,
    arrive: (count) =>
      floor.run(
        count,
        arrival,
        (item) => {
          engine.putItem(item, floor.now())
        },
        (those, matches) => {
          for (const { id } of those) engine.removeItem(id)
          for (const { agentId } of matches) engine.putAgent(agents.get(agentId)!, floor.now())
          demand(engine.decide(floor.now()).length === 0, 'what was left could have been taken')
        }
      )
  }
}
