import { media } from '@palabre/config/contract/routing'
import { bitOf, loadOf, roomOf } from './capacity.ts'
import { compareAgents, type Chooser } from './choose.ts'
import { heapOf } from './heap.ts'
import { insertInOrder, removeInOrder } from './in-order.ts'
import { nextUrgency, placeOf } from './order.ts'
import type { Candidate, Match, QueueRules, WaitingItem } from './picture.ts'
import { reasonsFor } from './reasons.ts'
import { askedAt, meetsAll, nextStage, stageAfter, textOf, worksFor, type Asked } from './requirement.ts'

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

/** What items of a queue and a medium ask for: one for all that ask for the same. */
interface Kind {
  text: string
  rules: QueueRules
  /** By stage of relaxation: what is asked for then, and the group of those that name no agent. */
  stages: { asked: Asked; text: string; group: Group | null }[]
}

/** Items that ask for the same of the same agents. */
interface Group {
  signature: string
  queueId: string
  pool: Pool
  rules: QueueRules
  asked: Asked
  stage: number
  /** Held for this agent alone. */
  heldFor: string | null
  forbidden: readonly string[]
  preferred: readonly string[]
  passedOver: readonly string[]
  /** Of the skills that every taker needs the one that the fewest have. */
  rarest: string | null
  /** Who could take them, were there room; null until it is asked. */
  eligible: Set<AgentState> | null
  /** How many of the eligible are not ready. */
  away: number
  /** Its items, the first first. */
  order: Spot[]
  /** As it stands in its lines. */
  first: Spot | null
  /** Where it stands while it has a first item. */
  lines: Line[]
  /** No longer kept: the next item of its kind makes another one. */
  isForgotten: boolean
}

/** One medium: how many wait, and who has room for one more. */
interface Pool {
  bit: number
  waiting: number
  free: Set<AgentState>
}

/** Groups of one medium, in the order of their first items. */
type Line = Group[]

/** An item's place in a group; out of date when the item has another one. */
interface Spot {
  place: number
  item: ItemState
  group: Group
}

interface ItemState {
  item: WaitingItem
  kind: Kind
  /** Names no agent, neither wanted nor unwanted. */
  isPlain: boolean
  spot: Spot | null
  /** When it changes by time alone. */
  changesAt: number | null
}

interface AgentState extends Chooser {
  room: number
  /** By medium: the lines in which everything stands that they could take. */
  looks: { pool: Pool; lines: Line[] }[]
}

interface Turn {
  spot: Spot
  /** Whose best item it is; null when the item itself asked for a decision. */
  agent: AgentState | null
}

/** Empty groups are kept for the next item of their kind, up to so many. */
const groupsKept = 20_000
/** Timers of items that have left are thrown out when there are so many, or as many as those that count. */
const timersKept = 20_000
const nobody: ReadonlySet<never> = new Set<never>()

const isBefore = (a: Spot, b: Spot) => {
  if (a.place !== b.place) return a.place < b.place
  const one = a.item.item
  const other = b.item.item
  return one.queuedAt !== other.queuedAt ? one.queuedAt < other.queuedAt : one.id < other.id
}
const comesFirst = (a: Group, b: Group) => isBefore(a.first!, b.first!)
const isUpToDate = (spot: Spot) => spot.item.spot === spot

function hasSameQueues(a: Candidate, b: Candidate) {
  if (a.queueIds === b.queueIds) return true
  if (a.queueIds.size !== b.queueIds.size) return false
  for (const id of a.queueIds) if (!b.queueIds.has(id)) return false
  return true
}

function hasSameSkills(a: Candidate, b: Candidate) {
  if (a.skills === b.skills) return true
  if (a.skills.length !== b.skills.length) return false
  return a.skills.every(({ skillId, level }, i) => {
    const other = b.skills[i]!
    return skillId === other.skillId && level === other.level
  })
}

/** As `Object.assign`, which costs ten times as much. */
function takeState(state: AgentState, candidate: Candidate) {
  state.version = candidate.version
  state.presence = candidate.presence
  state.teamId = candidate.teamId
  state.queueIds = candidate.queueIds
  state.skills = candidate.skills
  state.capacity = candidate.capacity
  state.holds = candidate.holds
  state.idleSince = candidate.idleSince
  state.handledToday = candidate.handledToday
}

/** Can they take the same? */
const hasSameProfile = (a: Candidate, b: Candidate) =>
  a.teamId === b.teamId && hasSameQueues(a, b) && hasSameSkills(a, b)

const isEligible = (agent: Candidate, group: Group) =>
  !group.forbidden.includes(agent.id) &&
  (group.heldFor === null
    ? worksFor(agent, group.queueId, group.asked) && meetsAll(agent, group.asked.requirements)
    : group.heldFor === agent.id)

const mayTake = (agent: AgentState, group: Group) =>
  group.eligible ? group.eligible.has(agent) : isEligible(agent, group)

/** Where a group stands: whoever could take it looks at one of these at least. */
function addressesOf({ heldFor, rarest, queueId, asked }: Group): Set<string> {
  if (heldFor !== null) return new Set([`agent ${heldFor}`])
  if (rarest !== null) return new Set([`skill ${rarest}`])
  return new Set([
    ...[queueId, ...asked.queueIds].map((id) => `queue ${id}`),
    ...asked.teamIds.map((id) => `team ${id}`)
  ])
}

/** Where an agent looks. */
const addressesFor = ({ id, skills, queueIds, teamId }: Candidate): string[] => [
  `agent ${id}`,
  ...[...queueIds].map((queueId) => `queue ${queueId}`),
  ...(teamId === null ? [] : [`team ${teamId}`]),
  ...skills.map(({ skillId }) => `skill ${skillId}`)
]

/** Lets a group stand in its lines where its first item belongs. */
function setFirst(group: Group, first: Spot | null) {
  if (group.first) for (const line of group.lines) removeInOrder(line, group, comesFirst)
  group.first = first
  if (first) for (const line of group.lines) insertInOrder(line, group, comesFirst)
}

function enter(state: ItemState, group: Group, place: number) {
  const spot: Spot = { place, item: state, group }
  state.spot = spot
  group.pool.waiting++
  insertInOrder(group.order, spot, isBefore)
  if (group.order[0] === spot) setFirst(group, spot)
}

function leave(state: ItemState) {
  const { spot } = state
  if (!spot) return
  const { group } = spot
  state.spot = null
  group.pool.waiting--
  removeInOrder(group.order, spot, isBefore)
  if (group.first === spot) setFirst(group, group.order[0] ?? null)
}

/** The first item that the agent has room for and could take. */
function bestFor(agent: AgentState): Spot | null {
  let best: Spot | null = null
  for (const { pool, lines } of agent.looks) {
    if (pool.waiting === 0 || !(agent.room & pool.bit)) continue
    for (const line of lines)
      for (const group of line) {
        const first = group.first!
        if (best && !isBefore(first, best)) break
        if (!mayTake(agent, group)) continue
        best = first
        break
      }
  }
  return best
}

/** An engine with nobody and nothing in it. `rulesOf` is asked when something is asked for that was not before. */
export function openEngine(rulesOf: (queueId: string) => QueueRules): Engine {
  const waiting = new Map<string, WaitingItem>()
  const items = new Map<string, ItemState>()
  const agents = new Map<string, AgentState>()
  const kinds = new Map<string, Kind>()
  const groups = new Map<string, Group>()
  let groupsMost = groupsKept
  /** By address: a line for each medium. */
  const lines = new Map<string, Line[]>()
  /** Items that are, or may be, held for an agent. */
  const stickyTo = new Map<string, Set<ItemState>>()
  const skilledIn = new Map<string, Set<AgentState>>()
  const pools = media.map((medium): Pool => ({ bit: bitOf[medium], waiting: 0, free: new Set() }))
  const timers = heapOf<{ at: number; item: ItemState }>((a, b) => a.at < b.at)
  let timersMost = timersKept
  const turns = heapOf<Turn>((a, b) => isBefore(a.spot, b.spot))
  const dirtyItems = new Set<ItemState>()
  const dirtyAgents = new Set<AgentState>()

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

  function kindOf({ queueId, medium, requirements }: WaitingItem): Kind {
    const text = `${queueId}|${medium}|${textOf(requirements)}`
    const known = kinds.get(text)
    if (known) return known
    const kind: Kind = { text, rules: rulesOf(queueId), stages: [] }
    kinds.set(text, kind)
    return kind
  }

  function stageOf({ item, kind }: ItemState, stage: number) {
    const known = kind.stages[stage]
    if (known) return known
    const asked = askedAt(item.requirements, kind.rules.relaxation, stage)
    const text = `${item.queueId}|${item.medium}|${String(stage)}|${textOf(asked.requirements)}`
    return (kind.stages[stage] = { asked, text, group: null })
  }

  function groupFor(state: ItemState, now: number): Group {
    const { item, kind, isPlain } = state
    const stage = stageAfter(kind.rules.relaxation, now - item.queuedAt)
    const at = stageOf(state, stage)
    if (isPlain && at.group && !at.group.isForgotten) return at.group
    const { forbiddenIds, preferredIds, passedOver } = item
    const heldFor = holderOf(item, kind.rules, at.asked, now)
    const names = isPlain ? '' : [heldFor ?? '', forbiddenIds, preferredIds, passedOver].join('|')
    const signature = `${at.text}|${names}`
    const group = groups.get(signature) ?? openGroup(state, at.asked, { signature, stage, heldFor })
    if (isPlain) at.group = group
    return group
  }

  function openGroup(
    { item, kind }: ItemState,
    asked: Asked,
    given: Pick<Group, 'signature' | 'stage' | 'heldFor'>
  ): Group {
    const at = media.indexOf(item.medium)
    const group: Group = {
      ...given,
      queueId: item.queueId,
      pool: pools[at]!,
      rules: kind.rules,
      asked,
      forbidden: item.forbiddenIds,
      preferred: item.preferredIds,
      passedOver: item.passedOver,
      rarest: rarestOf(asked),
      eligible: null,
      away: 0,
      order: [],
      first: null,
      lines: [],
      isForgotten: false
    }
    for (const address of addressesOf(group)) group.lines.push(linesAt(address)[at]!)
    if (groups.size >= groupsMost) forgetEmpty()
    groups.set(group.signature, group)
    return group
  }

  function rarestOf({ requirements }: Asked): string | null {
    let rarest: string | null = null
    let fewest = Infinity
    for (const required of requirements) {
      if (!('skillId' in required)) continue
      const count = skilledIn.get(required.skillId)?.size ?? 0
      if (count >= fewest) continue
      rarest = required.skillId
      fewest = count
    }
    return rarest
  }

  function linesAt(address: string): Line[] {
    const known = lines.get(address)
    if (known) return known
    const made = pools.map((): Line => [])
    lines.set(address, made)
    return made
  }

  function forgetEmpty() {
    for (const group of groups.values()) {
      if (group.first) continue
      groups.delete(group.signature)
      group.isForgotten = true
    }
    kinds.clear()
    for (const { kind } of items.values()) kinds.set(kind.text, kind)
    groupsMost = Math.max(groupsKept, 2 * groups.size)
  }

  /** Some agents, among whom all that are eligible are found. */
  const likelyFor = ({ eligible, rarest, heldFor }: Group) =>
    eligible ?? (rarest === null || heldFor !== null ? agents : (skilledIn.get(rarest) ?? nobody))

  /** Who could take items of the group, were there room. From now on it is kept up to date. */
  function eligibleFor(group: Group): Set<AgentState> {
    if (group.eligible) return group.eligible
    const eligible = new Set<AgentState>()
    for (const agent of likelyFor(group).values()) {
      if (!isEligible(agent, group)) continue
      eligible.add(agent)
      if (agent.presence !== 'ready') group.away++
    }
    group.eligible = eligible
    return eligible
  }

  /** Puts an item where it belongs now, and sets its next timer. */
  function arrange(state: ItemState, now: number) {
    const { item, kind } = state
    const group = groupFor(state, now)
    const place = placeOf(item, kind.rules, now)
    if (state.spot?.group !== group || state.spot.place !== place) {
      leave(state)
      enter(state, group, place)
      dirtyItems.add(state)
    }
    const relaxes = nextStage(kind.rules.relaxation, now - item.queuedAt)
    const at = Math.min(
      relaxes === null ? Infinity : item.queuedAt + relaxes,
      nextUrgency(item, now) ?? Infinity,
      item.sticky && item.sticky.until > now ? item.sticky.until : Infinity
    )
    state.changesAt = at === Infinity ? null : at
    if (state.changesAt === null) return
    timers.push({ at, item: state })
    if (timers.size < timersMost) return
    timers.keep((timer) => timer.item.changesAt === timer.at)
    timersMost = Math.max(timersKept, 2 * timers.size)
  }

  function release(state: ItemState) {
    const { item } = state
    leave(state)
    state.changesAt = null
    items.delete(item.id)
    waiting.delete(item.id)
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
  function chooseAgent(group: Group): { agent: AgentState; free: number } | null {
    const { free, bit } = group.pool
    if (free.size === 0) return null
    let best: AgentState | null = null
    let bestRank = 3
    let count = 0
    // Whichever are fewer.
    const eligible = free.size < likelyFor(group).size ? null : eligibleFor(group)
    for (const agent of eligible ?? free) {
      if (eligible ? !(agent.room & bit) : !mayTake(agent, group)) continue
      count++
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
    return best && { agent: best, free: count }
  }

  function setRoom(agent: AgentState, room: number) {
    const changed = agent.room ^ room
    agent.room = room
    if (changed === 0) return
    for (const { bit, free } of pools) {
      if (!(changed & bit)) continue
      if (room & bit) free.add(agent)
      else free.delete(agent)
    }
  }

  function give({ item: state, group }: Spot, agent: AgentState, free: number, now: number): Match {
    const { item } = state
    const match: Match = {
      item,
      agentId: agent.id,
      agentVersion: agent.version,
      reasons: reasonsFor(item, agent, group, { eligible: eligibleFor(group).size, free }, now)
    }
    release(state)
    agent.holds = [...agent.holds, { medium: item.medium, interactionId: item.id, parked: null }]
    agent.idleSince = Math.max(agent.idleSince, now)
    agent.given++
    agent.load = loadOf(agent)
    setRoom(agent, roomOf(agent))
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

  /** Who could take what, and who of them is away: when an agent comes or goes, or can take other things than before. */
  function noteEligible(agent: AgentState, wasReady: boolean, reprofiled: boolean) {
    const isReady = agent.presence === 'ready'
    for (const group of groups.values()) {
      if (!group.eligible) continue
      const was = group.eligible.has(agent)
      const is = reprofiled ? isEligible(agent, group) : was
      if (was && !wasReady) group.away--
      if (is && !isReady) group.away++
      if (is) group.eligible.add(agent)
      else group.eligible.delete(agent)
    }
  }

  return {
    waiting,
    agents,
    putItem(item, now) {
      const known = items.get(item.id)
      if (known) release(known)
      const { sticky, forbiddenIds, preferredIds, passedOver } = item
      const state: ItemState = {
        item,
        kind: kindOf(item),
        isPlain: !sticky && forbiddenIds.length + preferredIds.length + passedOver.length === 0,
        spot: null,
        changesAt: null
      }
      items.set(item.id, state)
      waiting.set(item.id, item)
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
      const known = agents.get(candidate.id)
      const reprofiled = !known || !hasSameProfile(known, candidate)
      const wasReady = known?.presence === 'ready'
      const wasThere = known !== undefined && known.presence !== 'offline'
      const before = known?.room ?? 0
      const state: AgentState = known ?? { ...candidate, given: 0, load: 0, room: 0, looks: [] }
      if (reprofiled) noteSkills(state, candidate.skills)
      takeState(state, candidate)
      state.given = 0
      state.load = loadOf(candidate)
      setRoom(state, roomOf(candidate))
      if (!known) agents.set(state.id, state)
      if (reprofiled) {
        const at = addressesFor(candidate).map(linesAt)
        state.looks = pools.map((pool, medium) => ({ pool, lines: at.map((each) => each[medium]!) }))
      }
      if (reprofiled || wasReady !== (state.presence === 'ready')) noteEligible(state, wasReady, reprofiled)
      if (state.room & ~before || reprofiled) dirtyAgents.add(state)
      if (reprofiled || wasThere !== (state.presence !== 'offline'))
        for (const item of stickyTo.get(state.id) ?? []) arrange(item, now)
    },
    removeAgent(id, now) {
      const known = agents.get(id)
      if (!known) return
      agents.delete(id)
      dirtyAgents.delete(known)
      setRoom(known, 0)
      noteSkills(known, [])
      for (const group of groups.values())
        if (group.eligible?.delete(known) && known.presence !== 'ready') group.away--
      for (const item of stickyTo.get(id) ?? []) arrange(item, now)
    },
    decide(now, most = Infinity) {
      passTime(now)
      const matches: Match[] = []
      const askFor = (agent: AgentState) => {
        const spot = agent.room === 0 ? null : bestFor(agent)
        if (spot) turns.push({ spot, agent })
      }
      for (const { spot } of dirtyItems) if (spot) turns.push({ spot, agent: null })
      dirtyItems.clear()
      for (const agent of dirtyAgents) askFor(agent)
      dirtyAgents.clear()
      while (turns.size > 0 && matches.length < most) {
        const { spot, agent: asker } = turns.pop()!
        if (isUpToDate(spot) && (!asker || asker.room & spot.group.pool.bit)) {
          const chosen = chooseAgent(spot.group)
          if (chosen) matches.push(give(spot, chosen.agent, chosen.free, now))
        }
        if (asker) askFor(asker)
      }
      // Cut short: the rest is decided next time.
      while (turns.size > 0) {
        const { spot, agent } = turns.pop()!
        if (agent) dirtyAgents.add(agent)
        else if (isUpToDate(spot)) dirtyItems.add(spot.item)
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
