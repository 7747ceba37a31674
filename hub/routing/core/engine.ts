import { bitOf, loadOf, roomOf } from './capacity.ts'
import { compareAgents, type Chooser } from './choose.ts'
import { heapOf, type Heap } from './heap.ts'
import { nextUrgency, placeOf } from './order.ts'
import type { Candidate, Match, QueueRules, WaitingItem } from './picture.ts'
import { reasonsFor } from './reasons.ts'
import { askedAt, meetsAll, nextStage, stageAfter, worksFor, type Asked } from './requirement.ts'

/**
 * The matching itself, kept up change by change: who waits and who is there go in, decisions come out. No clock, no
 * I/O; the same changes give the same decisions. One change costs what it touches, not what waits: items that ask for
 * the same are one group with its own order, and each agent knows the first of every group that they could take.
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

/** Items that ask for the same of the same agents. */
interface Group {
  signature: string
  queueId: string
  bit: number
  rules: QueueRules
  asked: Asked
  stage: number
  /** Held for this agent alone. */
  heldFor: string | null
  forbidden: readonly string[]
  preferred: readonly string[]
  passedOver: readonly string[]
  /** Who could take them, were there room. */
  eligible: Set<AgentState>
  order: Heap<Entry>
}

/** An item at its place; out of date when the item has another group or place. */
interface Entry {
  place: number
  item: ItemState
}

/** The first of a group, as an agent knows it: the group's first stands there or later. */
interface Head extends Entry {
  group: Group
}

interface ItemState {
  item: WaitingItem
  group: Group | null
  place: number
  /** When it changes by time alone. */
  changesAt: number | null
}

interface AgentState extends Chooser {
  room: number
  /** Profile as text: another one means other groups. */
  profile: string
  /** By medium: the groups that they could take from. */
  heads: Map<number, Heap<Head>>
  /** Of each group the one head that counts. */
  known: Map<Group, Head>
}

interface Turn extends Entry {
  /** Whose best item it is; null when the item itself asked for a decision. */
  agent: AgentState | null
}

/** Empty groups are kept for the next item of their kind, up to so many. */
const groupsKept = 20_000

const isBefore = (a: Entry, b: Entry) =>
  a.place !== b.place
    ? a.place < b.place
    : a.item.item.queuedAt !== b.item.item.queuedAt
      ? a.item.item.queuedAt < b.item.item.queuedAt
      : a.item.item.id < b.item.item.id

const profileOf = (agent: Candidate) =>
  JSON.stringify([
    agent.teamId,
    [...agent.queueIds].sort(),
    [...agent.skills].map(({ skillId, level }) => `${skillId}:${String(level)}`).sort()
  ])

/** An engine with nobody and nothing in it. `rulesOf` is asked when an item comes and when its time passes. */
export function openEngine(rulesOf: (queueId: string) => QueueRules): Engine {
  const waiting = new Map<string, WaitingItem>()
  const items = new Map<string, ItemState>()
  const agents = new Map<string, AgentState>()
  const groups = new Map<string, Group>()
  /** Items that are, or may be, held for an agent. */
  const stickyTo = new Map<string, Set<ItemState>>()
  const skilledIn = new Map<string, Set<AgentState>>()
  let groupsMost = groupsKept
  const timers = heapOf<{ at: number; item: ItemState }>((a, b) => a.at < b.at)
  let dirtyItems = new Set<ItemState>()
  let dirtyAgents = new Set<AgentState>()

  const isEligible = (agent: Candidate, group: Group) =>
    !group.forbidden.includes(agent.id) &&
    (group.heldFor === null
      ? worksFor(agent, group.queueId, group.asked) && meetsAll(agent, group.asked.requirements)
      : group.heldFor === agent.id)

  /** The agent for whom the item is held now: there, not refused by them, and skilled where that is asked. */
  function holderOf(item: WaitingItem, rules: QueueRules, asked: Asked, now: number): string | null {
    const { sticky } = item
    if (!sticky || now >= sticky.until) return null
    const agent = agents.get(sticky.agentId)
    if (!agent || agent.presence === 'offline') return null
    if (item.passedOver.includes(agent.id) || item.forbiddenIds.includes(agent.id)) return null
    if (!rules.stickySkillNeeded) return agent.id
    return worksFor(agent, item.queueId, asked) && meetsAll(agent, asked.requirements) ? agent.id : null
  }

  function groupFor(item: WaitingItem, now: number): Group {
    const rules = rulesOf(item.queueId)
    const stage = stageAfter(rules.relaxation, now - item.queuedAt)
    const asked = askedAt(item.requirements, rules.relaxation, stage)
    const heldFor = item.sticky ? holderOf(item, rules, asked, now) : null
    const { queueId, medium, requirements, forbiddenIds, preferredIds, passedOver } = item
    const signature = `${queueId}|${medium}|${String(stage)}|${JSON.stringify(requirements)}|${heldFor ?? ''}|${forbiddenIds.join()}|${preferredIds.join()}|${passedOver.join()}`
    const known = groups.get(signature)
    if (known) return known
    const group: Group = {
      signature,
      queueId,
      bit: bitOf[medium],
      rules,
      asked,
      stage,
      heldFor,
      forbidden: forbiddenIds,
      preferred: preferredIds,
      passedOver,
      eligible: new Set(),
      order: heapOf(isBefore)
    }
    for (const agent of likelyFor(group)) if (isEligible(agent, group)) group.eligible.add(agent)
    if (groups.size >= groupsMost) forgetEmpty()
    groups.set(signature, group)
    return group
  }

  /** The fewest agents among whom all that are eligible are found. */
  function likelyFor({ asked, heldFor }: Group): Iterable<AgentState> {
    if (heldFor !== null) {
      const holder = agents.get(heldFor)
      return holder ? [holder] : []
    }
    let fewest: Iterable<AgentState> = agents.values()
    let size = agents.size
    for (const required of asked.requirements) {
      if (!('skillId' in required)) continue
      const skilled = skilledIn.get(required.skillId)
      if (!skilled) return []
      if (skilled.size < size) {
        fewest = skilled
        size = skilled.size
      }
    }
    return fewest
  }

  function forgetEmpty() {
    for (const group of groups.values()) {
      if (headOf(group)) continue
      groups.delete(group.signature)
      for (const agent of group.eligible) agent.known.delete(group)
    }
    groupsMost = Math.max(groupsKept, 2 * groups.size)
  }

  /** The first item of a group. */
  function headOf(group: Group): ItemState | null {
    for (;;) {
      const entry = group.order.peek()
      if (!entry) return null
      if (entry.item.group === group && entry.item.place === entry.place) return entry.item
      group.order.pop()
    }
  }

  /** Lets an agent know the first item of a group. */
  function showHead(agent: AgentState, group: Group, item: ItemState) {
    const head: Head = { place: item.place, item, group }
    const before = agent.known.get(group)
    if (before && !isBefore(head, before)) return
    agent.known.set(group, head)
    let heap = agent.heads.get(group.bit)
    if (!heap) {
      heap = heapOf<Head>(isBefore)
      agent.heads.set(group.bit, heap)
    }
    heap.push(head)
  }

  /** The first item that the agent could take from groups of one medium. */
  function firstOf(agent: AgentState, heap: Heap<Head>): ItemState | null {
    for (;;) {
      const top = heap.peek()
      if (!top) return null
      const { group } = top
      const counts = agent.known.get(group) === top
      const head = counts ? headOf(group) : null
      if (head && head === top.item && head.place === top.place) return head
      heap.pop()
      if (!counts) continue
      agent.known.delete(group)
      if (head) showHead(agent, group, head)
    }
  }

  function bestFor(agent: AgentState): ItemState | null {
    let best: ItemState | null = null
    for (const [bit, heap] of agent.heads) {
      if (!(agent.room & bit)) continue
      const first = firstOf(agent, heap)
      if (
        first &&
        (!best || isBefore({ place: first.place, item: first }, { place: best.place, item: best }))
      )
        best = first
    }
    return best
  }

  /** Puts an item where it belongs now, and sets its next timer. */
  function arrange(state: ItemState, now: number) {
    const { item } = state
    const rules = rulesOf(item.queueId)
    const group = groupFor(item, now)
    const place = placeOf(item, rules, now)
    if (state.group !== group || state.place !== place) {
      state.group = group
      state.place = place
      group.order.push({ place, item: state })
      dirtyItems.add(state)
    }
    const relaxes = nextStage(rules.relaxation, now - item.queuedAt)
    const times = [
      relaxes === null ? null : item.queuedAt + relaxes,
      nextUrgency(item, now),
      item.sticky && item.sticky.until > now ? item.sticky.until : null
    ].filter((at) => at !== null)
    state.changesAt = times.length > 0 ? Math.min(...times) : null
    if (state.changesAt !== null) timers.push({ at: state.changesAt, item: state })
  }

  function release(state: ItemState) {
    const { item } = state
    state.group = null
    state.changesAt = null
    items.delete(item.id)
    waiting.delete(item.id)
    dirtyItems.delete(state)
    if (item.sticky) stickyTo.get(item.sticky.agentId)?.delete(state)
  }

  function passTime(now: number) {
    for (;;) {
      const timer = timers.peek()
      if (!timer || timer.at > now) return
      timers.pop()
      if (timer.item.changesAt === timer.at) arrange(timer.item, now)
    }
  }

  /** Who gets an item of the group: the preferred before others; who refused it only when nobody else has room. */
  function chooseAgent(group: Group): AgentState | null {
    let best: AgentState | null = null
    let bestRank = 3
    for (const agent of group.eligible) {
      if (!(agent.room & group.bit)) continue
      const rank = group.passedOver.includes(agent.id) ? 2 : group.preferred.includes(agent.id) ? 0 : 1
      if (rank > bestRank) continue
      if (
        best === null ||
        rank < bestRank ||
        compareAgents(agent, best, group.asked, group.rules.agentChoice) < 0
      )
        best = agent
      bestRank = rank
    }
    return best
  }

  function give(state: ItemState, agent: AgentState, now: number): Match {
    const { item, group } = state
    const match: Match = {
      item,
      agentId: agent.id,
      agentVersion: agent.version,
      reasons: reasonsFor(item, agent, group!, now)
    }
    release(state)
    agent.holds = [...agent.holds, { medium: item.medium, interactionId: item.id, parked: null }]
    agent.idleSince = Math.max(agent.idleSince, now)
    agent.given++
    agent.load = loadOf(agent)
    agent.room = roomOf(agent)
    return match
  }

  function noteSkills(agent: AgentState, skills: Candidate['skills']) {
    for (const { skillId } of agent.skills) skilledIn.get(skillId)?.delete(agent)
    for (const { skillId } of skills) {
      const skilled = skilledIn.get(skillId)
      if (skilled) skilled.add(agent)
      else skilledIn.set(skillId, new Set([agent]))
    }
  }

  function takeProfile(agent: AgentState) {
    for (const group of groups.values()) {
      if (isEligible(agent, group)) {
        group.eligible.add(agent)
        const head = headOf(group)
        if (head) showHead(agent, group, head)
      } else if (group.eligible.delete(agent)) agent.known.delete(group)
    }
  }

  return {
    waiting,
    agents,
    putItem(item, now) {
      const known = items.get(item.id)
      if (known) release(known)
      const state: ItemState = { item, group: null, place: Number.NaN, changesAt: null }
      items.set(item.id, state)
      waiting.set(item.id, item)
      if (item.sticky) {
        const held = stickyTo.get(item.sticky.agentId)
        if (held) held.add(state)
        else stickyTo.set(item.sticky.agentId, new Set([state]))
      }
      arrange(state, now)
    },
    removeItem(id) {
      const known = items.get(id)
      if (known) release(known)
    },
    putAgent(candidate, now) {
      const known = agents.get(candidate.id)
      const profile = profileOf(candidate)
      const before = known?.room ?? 0
      const state: AgentState =
        known ??
        ({
          ...candidate,
          given: 0,
          load: 0,
          room: 0,
          profile: '',
          heads: new Map(),
          known: new Map()
        } as AgentState)
      const wasThere = known !== undefined && known.presence !== 'offline'
      const reprofiled = state.profile !== profile
      if (reprofiled) noteSkills(state, candidate.skills)
      Object.assign(state, candidate, { given: 0, load: loadOf(candidate), room: roomOf(candidate) })
      agents.set(state.id, state)
      if (reprofiled) {
        state.profile = profile
        takeProfile(state)
      }
      if (state.room & ~before || reprofiled) dirtyAgents.add(state)
      if (reprofiled || wasThere !== (state.presence !== 'offline'))
        for (const item of stickyTo.get(state.id) ?? []) arrange(item, now)
    },
    removeAgent(id, now) {
      const known = agents.get(id)
      if (!known) return
      agents.delete(id)
      dirtyAgents.delete(known)
      known.room = 0
      noteSkills(known, [])
      for (const group of groups.values()) group.eligible.delete(known)
      for (const item of stickyTo.get(id) ?? []) arrange(item, now)
    },
    decide(now, most = Infinity) {
      passTime(now)
      const matches: Match[] = []
      const turns = heapOf<Turn>(isBefore)
      const askFor = (agent: AgentState) => {
        const item = agent.room === 0 ? null : bestFor(agent)
        if (item) turns.push({ place: item.place, item, agent })
      }
      const arrived = dirtyItems
      const freed = dirtyAgents
      dirtyItems = new Set()
      dirtyAgents = new Set()
      for (const item of arrived) if (item.group) turns.push({ place: item.place, item, agent: null })
      for (const agent of freed) askFor(agent)
      const left = new Set<ItemState>()
      while (turns.size > 0 && matches.length < most) {
        const { item, place, agent: asker } = turns.pop()!
        const isThere = item.group !== null && item.place === place
        if (isThere && (!asker || asker.room & item.group!.bit)) {
          const agent = chooseAgent(item.group!)
          if (agent) {
            matches.push(give(item, agent, now))
            left.delete(item)
          } else if (!asker) left.add(item)
        }
        if (asker) askFor(asker)
      }
      // What waits on is made known to those who could take it later.
      for (const item of left) {
        const { group } = item
        if (!group || headOf(group) !== item) continue
        for (const agent of group.eligible) showHead(agent, group, item)
      }
      // Cut short: the rest is decided next time.
      while (turns.size > 0) {
        const { item, agent } = turns.pop()!
        if (agent) dirtyAgents.add(agent)
        else if (item.group) dirtyItems.add(item)
      }
      return matches
    },
    nextAt() {
      for (;;) {
        const timer = timers.peek()
        if (!timer) return null
        if (timer.item.changesAt === timer.at) return timer.at
        timers.pop()
      }
    }
  }
}
