import { openAgenda } from './agenda.ts'
import { bestFor, openBoard } from './board.ts'
import { Decision } from './decision.ts'
import { enter, leave, type Group } from './group.ts'
import { heapOf } from './heap.ts'
import { ItemState, cameBefore } from './item.ts'
import { nextUrgency, placeOf } from './order.ts'
import { pickAgent, type Picked } from './pick.ts'
import type { Candidate, Match, QueueRules, WaitingItem } from './picture.ts'
import { nextStage } from './requirement.ts'
import {
  hasSameProfile,
  hold,
  openRoster,
  seatAgent,
  takeProfile,
  takeState,
  unseatAgent,
  type AgentState
} from './roster.ts'
import { MapView } from './view.ts'

/**
 * The matching itself, kept up change by change: who waits and who is there go in, decisions come out. No clock, no
 * I/O; the same changes give the same decisions. One change costs what it touches, not what waits: items that ask for
 * the same are one group with its own order, and groups stand in lines in the order of their first items, a line for
 * each skill, queue or team. An agent looks along their own lines only, and no further than to what they can take.
 */
export interface Engine {
  readonly waiting: ReadonlyMap<string, WaitingItem>
  readonly agents: ReadonlyMap<string, Candidate>
  putItem(item: WaitingItem, now: number): void
  removeItem(id: string): void
  putAgent(agent: Candidate, now: number): void
  removeAgent(id: string, now: number): void
  /**
   * Decides all that can be decided (or so many), the first in the order first. What was decided no longer waits here
   * and takes the agent's place; put the newest state of both when the decision did not hold.
   */
  decide(now: number, most?: number): Match[]
  /** When something changes by time alone, in ms since the epoch; null when nothing does. */
  nextAt(): number | null
}

interface Turn {
  item: ItemState
  /** Where it stood; out of date when it no longer does. */
  group: Group
  place: number
  /** Whose best item it is; null when the item itself asked for a decision. */
  agent: AgentState | null
}

/** Timers of items that have left are thrown out when there are so many, or as many as those that count. */
const timersKept = 20_000

const isBefore = (a: Turn, b: Turn) => (a.place !== b.place ? a.place < b.place : cameBefore(a.item, b.item))
const isUpToDate = ({ item, group, place }: Turn) => item.group === group && item.place === place

/** An engine with nobody and nothing in it. `rulesOf` is asked when something is asked for that was not before. */
export function openEngine(rulesOf: (queueId: string) => QueueRules): Engine {
  const items = new Map<string, ItemState>()
  const roster = openRoster()
  const { agents } = roster
  const board = openBoard(roster, items, rulesOf)
  /** Items that are, or may be, held for an agent. */
  const stickyTo = new Map<string, Set<ItemState>>()
  const timers = openAgenda<ItemState>()
  let timersMost = timersKept
  let seenAt = -Infinity
  const turns = heapOf<Turn>(isBefore)
  const dirtyItems: ItemState[] = []
  const dirtyAgents: AgentState[] = []

  function noteDirty(state: ItemState) {
    if (state.isDirty) return
    state.isDirty = true
    dirtyItems.push(state)
  }

  function noteDirtyAgent(agent: AgentState) {
    if (agent.isDirty) return
    agent.isDirty = true
    dirtyAgents.push(agent)
  }

  /** Puts an item where it belongs now, and sets its next timer. */
  function arrange(state: ItemState, now: number) {
    const { item, kind } = state
    const group = board.groupOf(state, now)
    const place = placeOf(item, kind.rules, now)
    if (state.group !== group || state.place !== place) {
      leave(state)
      enter(state, group, place)
      noteDirty(state)
    }
    const relaxes = nextStage(kind.rules.relaxation, now - item.queuedAt)
    const at = Math.min(
      relaxes === null ? Infinity : item.queuedAt + relaxes,
      nextUrgency(item, now) ?? Infinity,
      item.sticky && item.sticky.until > now ? item.sticky.until : Infinity
    )
    state.changesAt = at
    if (at === Infinity) return
    timers.push(at, state)
    if (timers.size < timersMost) return
    timers.keep((timed, due) => timed.changesAt === due)
    timersMost = Math.max(timersKept, 2 * timers.size)
  }

  function release(state: ItemState) {
    const { item } = state
    leave(state)
    state.changesAt = Infinity
    items.delete(item.id)
    if (item.sticky) stickyTo.get(item.sticky.agentId)?.delete(state)
  }

  /** When the clock is set back, what has come about by time alone is undone. */
  function seeClock(now: number) {
    if (now < seenAt) for (const state of items.values()) arrange(state, now)
    seenAt = now
  }

  function passTime(now: number) {
    while (timers.at() <= now) {
      const at = timers.at()
      const state = timers.peek()!
      timers.pop()
      if (state.changesAt === at) arrange(state, now)
    }
  }

  function give({ item: state, group }: Turn, picked: Picked, now: number): Match {
    const { item } = state
    const { agent } = picked
    const match = new Decision(item, group, picked, now)
    release(state)
    agent.idleSince = Math.max(agent.idleSince, now)
    agent.given++
    hold(roster, agent, { medium: item.medium, interactionId: item.id, parked: null })
    return match
  }

  function takeTurn(item: ItemState, agent: AgentState | null) {
    turns.push({ item, group: item.group!, place: item.place, agent })
  }

  function askFor(agent: AgentState) {
    const item = agent.room === 0 ? null : bestFor(roster, agent)
    if (item) takeTurn(item, agent)
  }

  /** Lets everybody and everything that a decision is due for have a turn. */
  function takeTurns() {
    for (let item = dirtyItems.pop(); item; item = dirtyItems.pop()) {
      item.isDirty = false
      // Where nobody has room nothing can be decided.
      if (item.group && item.group.pool.freeCount > 0) takeTurn(item, null)
    }
    for (let agent = dirtyAgents.pop(); agent; agent = dirtyAgents.pop()) {
      agent.isDirty = false
      askFor(agent)
    }
  }

  /** Cut short: the rest is decided next time. */
  function putOff() {
    for (let turn = turns.pop(); turn; turn = turns.pop()) {
      if (turn.agent) noteDirtyAgent(turn.agent)
      else if (isUpToDate(turn)) noteDirty(turn.item)
    }
  }

  return {
    waiting: new MapView(items, ({ item }) => item),
    agents,
    putItem(item, now) {
      seeClock(now)
      const known = items.get(item.id)
      if (known) release(known)
      const state = new ItemState(item, board.kindOf(item))
      const { sticky } = item
      items.set(item.id, state)
      if (sticky) {
        const held = stickyTo.get(sticky.agentId)
        if (held) held.add(state)
        else stickyTo.set(sticky.agentId, new Set([state]))
      }
      arrange(state, now)
    },
    removeItem(id) {
      const known = items.get(id)
      if (known) release(known)
    },
    putAgent(candidate, now) {
      seeClock(now)
      const known = agents.get(candidate.id)
      const isReprofiled = !known || !hasSameProfile(known, candidate)
      const wasThere = known !== undefined && known.presence !== 'offline'
      const before = known?.room ?? 0
      const agent = known ?? seatAgent(roster, candidate)
      takeState(roster, agent, candidate)
      if (isReprofiled) takeProfile(roster, agent, candidate)
      if (isReprofiled || (agent.room & ~before) !== 0) noteDirtyAgent(agent)
      if (isReprofiled || wasThere !== (agent.presence !== 'offline'))
        for (const item of stickyTo.get(agent.id) ?? []) arrange(item, now)
    },
    removeAgent(id, now) {
      seeClock(now)
      const known = agents.get(id)
      if (!known) return
      unseatAgent(roster, known)
      for (const item of stickyTo.get(id) ?? []) arrange(item, now)
    },
    decide(now, most = Infinity) {
      seeClock(now)
      passTime(now)
      const matches: Match[] = []
      takeTurns()
      while (turns.size > 0 && matches.length < most) {
        const turn = turns.pop()!
        const { group, agent: asker } = turn
        if (isUpToDate(turn) && (!asker || asker.room & group.pool.bit)) {
          const picked = pickAgent(roster, group)
          if (picked) matches.push(give(turn, picked, now))
        }
        if (asker) askFor(asker)
      }
      if (turns.size > 0) putOff()
      return matches
    },
    nextAt() {
      for (;;) {
        const at = timers.at()
        if (at === Infinity) return null
        if (timers.peek()!.changesAt === at) return at
        timers.pop()
      }
    }
  }
}
