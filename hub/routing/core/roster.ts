import { media } from '@palabre/config/contract/routing'
import { bitsFor, hasBit, setBit, widened, type Bits } from './bits.ts'
import {
  addTo,
  bitOf,
  empty,
  emptyHand,
  limitsOf,
  roomBeside,
  shareTaken,
  type Hand,
  type Limits
} from './capacity.ts'
import { shareOf, type Chooser } from './choose.ts'
import type { Pool } from './group.ts'
import type { Candidate, Held } from './picture.ts'

/** An agent as the engine keeps them. A class, so that all have one shape. */
export class AgentState implements Chooser {
  readonly id: string
  version: number
  presence: Candidate['presence']
  teamId: string | null
  queueIds: Candidate['queueIds']
  skills: Candidate['skills']
  capacity: Candidate['capacity']
  holds: Candidate['holds']
  idleSince: number
  handledToday: number
  given = 0
  load = NaN
  /** Their number in all sets of agents, as long as they are here. */
  readonly seat: number
  limits: Limits
  /** The media they have room for, as bits. */
  room = 0
  /** What they have in hand, counted. */
  readonly hand: Hand = emptyHand()
  /** The addresses where they belong. */
  addresses: readonly number[] = []
  /** The addresses where they look for work: whatever they could take stands at one of them. */
  looks: readonly number[] = []
  /** A decision for them is due. */
  isDirty = false

  constructor(candidate: Candidate, seat: number) {
    this.id = candidate.id
    this.version = candidate.version
    this.presence = candidate.presence
    this.teamId = candidate.teamId
    this.queueIds = candidate.queueIds
    this.skills = candidate.skills
    this.capacity = candidate.capacity
    this.holds = candidate.holds
    this.idleSince = candidate.idleSince
    this.handledToday = candidate.handledToday
    this.seat = seat
    this.limits = limitsOf(candidate.capacity)
  }
}

/** Who is here, who of them works where and knows what, and by seat what a choice looks at. */
export interface Roster {
  readonly agents: Map<string, AgentState>
  readonly seats: (AgentState | null)[]
  readonly vacant: number[]
  /** The numbers of addresses: queues, teams, skills and agents. */
  readonly numbers: Map<string, number>
  /** By address: who belongs there. */
  readonly members: Bits[]
  /** By medium: who has room for one more, among other things. */
  readonly pools: readonly Pool[]
  /** Who is not ready. */
  away: Bits
  awayCount: number
  idleSince: Float64Array
  load: Float64Array
  share: Float64Array
  /** Counts the changes of who could take what, were there room. */
  version: number
}

const seatsAtFirst = 64
const addressesAtFirst = 64

export const queueAddress = (queueId: string) => `queue ${queueId}`
export const teamAddress = (teamId: string) => `team ${teamId}`
export const skillAddress = (skillId: string) => `skill ${skillId}`
export const agentAddress = (agentId: string) => `agent ${agentId}`

/** A roster with nobody on it. */
export const openRoster = (): Roster => ({
  agents: new Map(),
  seats: [],
  vacant: [],
  numbers: new Map(),
  members: [],
  pools: media.map((medium) => ({
    bit: bitOf[medium],
    waiting: 0,
    free: bitsFor(seatsAtFirst),
    freeCount: 0,
    lines: [],
    heads: new Float64Array(addressesAtFirst).fill(Infinity)
  })),
  away: bitsFor(seatsAtFirst),
  awayCount: 0,
  idleSince: new Float64Array(seatsAtFirst),
  load: new Float64Array(seatsAtFirst),
  share: new Float64Array(seatsAtFirst),
  version: 0
})

function longer(figures: Float64Array, length: number): Float64Array {
  const wider = new Float64Array(length)
  wider.set(figures)
  return wider
}

/** The number of an address; one that is new gets the next. */
export function numberAt({ numbers, members, pools, away }: Roster, address: string): number {
  const known = numbers.get(address)
  if (known !== undefined) return known
  const at = members.length
  numbers.set(address, at)
  members.push(new Int32Array(away.length))
  for (const pool of pools) {
    pool.lines.push(null)
    if (at === pool.heads.length) pool.heads = longer(pool.heads, 2 * at).fill(Infinity, at)
  }
  return at
}

function widen(roster: Roster) {
  const words = 2 * roster.away.length
  const more = (figures: Float64Array) => longer(figures, 32 * words)
  roster.away = widened(roster.away, words)
  for (const pool of roster.pools) pool.free = widened(pool.free, words)
  for (let at = 0; at < roster.members.length; at++) roster.members[at] = widened(roster.members[at]!, words)
  roster.idleSince = more(roster.idleSince)
  roster.load = more(roster.load)
  roster.share = more(roster.share)
}

/** Gives somebody new a seat; they have no room and belong nowhere yet. */
export function seatAgent(roster: Roster, candidate: Candidate): AgentState {
  const seat = roster.vacant.pop() ?? roster.seats.length
  if (seat >= roster.idleSince.length) widen(roster)
  const agent = new AgentState(candidate, seat)
  roster.seats[seat] = agent
  roster.agents.set(agent.id, agent)
  return agent
}

/** Takes somebody off the roster. */
export function unseatAgent(roster: Roster, agent: AgentState) {
  setRoom(roster, agent, 0)
  setAway(roster, agent, false)
  setMembers(roster, agent, [])
  roster.agents.delete(agent.id)
  roster.seats[agent.seat] = null
  roster.vacant.push(agent.seat)
}

/** Lets an agent belong to queues, a team and skills, and to nothing else. */
function setMembers(roster: Roster, agent: AgentState, addresses: readonly number[]) {
  const { members } = roster
  for (const at of agent.addresses) setBit(members[at]!, agent.seat, false)
  for (const at of addresses) setBit(members[at]!, agent.seat, true)
  agent.addresses = addresses
  roster.version++
}

/** The queues, the team and the skills of an agent. */
const addressesOf = ({ queueIds, teamId, skills }: Candidate): string[] => [
  ...[...queueIds].map(queueAddress),
  ...(teamId === null ? [] : [teamAddress(teamId)]),
  ...skills.map(({ skillId }) => skillAddress(skillId))
]

/** Takes an agent's newest profile: what they could take. */
export function takeProfile(roster: Roster, agent: AgentState, candidate: Candidate) {
  agent.teamId = candidate.teamId
  agent.queueIds = candidate.queueIds
  agent.skills = candidate.skills
  const addresses = addressesOf(candidate).map((address) => numberAt(roster, address))
  setMembers(roster, agent, addresses)
  agent.looks = [numberAt(roster, agentAddress(agent.id)), ...addresses]
}

/** Takes the rest of an agent's newest state. */
export function takeState(roster: Roster, agent: AgentState, candidate: Candidate) {
  if (agent.capacity !== candidate.capacity) {
    agent.capacity = candidate.capacity
    agent.limits = limitsOf(candidate.capacity)
  }
  agent.version = candidate.version
  agent.presence = candidate.presence
  agent.holds = candidate.holds
  agent.idleSince = candidate.idleSince
  agent.handledToday = candidate.handledToday
  agent.given = 0
  setAway(roster, agent, agent.presence !== 'ready')
  noteHolds(roster, agent)
}

/** Counts anew what an agent has in hand. */
function noteHolds(roster: Roster, agent: AgentState) {
  const { hand, limits, holds } = agent
  empty(hand)
  for (let i = 0; i < holds.length; i++) addTo(hand, limits, holds[i]!)
  noteHand(roster, agent)
}

/** Puts one more into an agent's hands. */
export function hold(roster: Roster, agent: AgentState, one: Held) {
  agent.holds = [...agent.holds, one]
  addTo(agent.hand, agent.limits, one)
  noteHand(roster, agent)
}

/** Works out anew what depends on what an agent has in hand. */
function noteHand(roster: Roster, agent: AgentState) {
  const { seat, limits, hand } = agent
  agent.load = shareTaken(limits, hand.taken)
  roster.load[seat] = agent.load
  roster.idleSince[seat] = agent.idleSince
  roster.share[seat] = shareOf(agent)
  setRoom(roster, agent, agent.presence === 'ready' ? roomBeside(limits, hand) : 0)
}

function setAway(roster: Roster, { seat }: AgentState, isAway: boolean) {
  if (hasBit(roster.away, seat) === isAway) return
  setBit(roster.away, seat, isAway)
  roster.awayCount += isAway ? 1 : -1
}

function setRoom({ pools }: Roster, agent: AgentState, room: number) {
  const changed = agent.room ^ room
  if (changed === 0) return
  agent.room = room
  for (let i = 0; i < pools.length; i++) {
    const pool = pools[i]!
    if (!(changed & pool.bit)) continue
    const isFree = (room & pool.bit) !== 0
    setBit(pool.free, agent.seat, isFree)
    pool.freeCount += isFree ? 1 : -1
  }
}

const hasSameQueues = (a: Candidate, b: Candidate) => {
  if (a.queueIds === b.queueIds) return true
  if (a.queueIds.size !== b.queueIds.size) return false
  for (const id of a.queueIds) if (!b.queueIds.has(id)) return false
  return true
}

function hasSameSkills({ skills: a }: Candidate, { skills: b }: Candidate) {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++)
    if (a[i]!.level !== b[i]!.level || a[i]!.skillId !== b[i]!.skillId) return false
  return true
}

/** Can they take the same? */
export const hasSameProfile = (a: Candidate, b: Candidate): boolean =>
  a.teamId === b.teamId && hasSameQueues(a, b) && hasSameSkills(a, b)
