import { lowestOf, sizeOfBoth, type Bits } from './bits.ts'
import { compareAgents } from './choose.ts'
import { couldTake, eligibleIn, lackIn } from './eligible.ts'
import type { Group } from './group.ts'
import type { AgentState, Roster } from './roster.ts'

/** Who gets an item, and how many could: with room, without, and not there. */
export interface Picked {
  agent: AgentState
  free: number
  busy: number
  away: number
}

/** So few free agents are looked at one by one before it is worked out for all who could take it. */
const fewFree = 4

/** Who gets an item of the group: the preferred before others; who refused it only when nobody else has room. */
export function pickAgent(roster: Roster, group: Group): Picked | null {
  const { free, freeCount } = group.pool
  if (freeCount === 0) return null
  if (group.version !== roster.version && freeCount <= fewFree && !couldAny(roster, group, free)) return null
  const eligible = eligibleIn(roster, group)
  const count = sizeOfBoth(eligible, free)
  if (count === 0) return null
  const isNamed = group.preferred.length + group.passedOver.length > 0
  const agent = isNamed ? bestNamed(roster, group, eligible) : bestOf(roster, group, eligible)
  const away = roster.awayCount === 0 ? 0 : sizeOfBoth(eligible, roster.away)
  return { agent, free: count, busy: group.size - count - away, away }
}

function couldAny(roster: Roster, group: Group, agents: Bits): boolean {
  for (let i = 0; i < agents.length; i++)
    for (let word = agents[i]!; word !== 0; word &= word - 1)
      if (couldTake(roster, group, roster.seats[32 * i + lowestOf(word)]!)) return true
  return false
}

/** By seat: what the queue's choice looks at first, the less the better. */
function leadOf(roster: Roster, group: Group): Float64Array {
  switch (group.rules.agentChoice) {
    case 'longest-idle':
      return roster.idleSince
    case 'least-loaded':
      return roster.load
    case 'best-skilled':
      return lackIn(roster, group)
    case 'fair-share':
      return roster.share
  }
}

/** The best of the eligible who are free, of whom there is one at least. */
function bestOf(roster: Roster, group: Group, eligible: Bits): AgentState {
  const { seats, idleSince } = roster
  const { free } = group.pool
  const lead = leadOf(roster, group)
  let best: AgentState | null = null
  let bestLead = Infinity
  let bestIdle = Infinity
  for (let i = 0; i < eligible.length; i++)
    for (let word = eligible[i]! & free[i]!; word !== 0; word &= word - 1) {
      const seat = 32 * i + lowestOf(word)
      const leads = lead[seat]!
      if (leads > bestLead) continue
      const idles = idleSince[seat]!
      if (leads === bestLead) {
        if (idles > bestIdle) continue
        if (idles === bestIdle && best && !isBetter(seats[seat]!, best, group)) continue
      }
      best = seats[seat]!
      bestLead = leads
      bestIdle = idles
    }
  return best!
}

/** The same where the items of the group name agents. */
function bestNamed({ seats }: Roster, group: Group, eligible: Bits): AgentState {
  const { free } = group.pool
  let best: AgentState | null = null
  for (let i = 0; i < eligible.length; i++)
    for (let word = eligible[i]! & free[i]!; word !== 0; word &= word - 1) {
      const agent = seats[32 * i + lowestOf(word)]!
      const rank = best ? rankIn(group, agent) - rankIn(group, best) : -1
      if (rank < 0 || (rank === 0 && isBetter(agent, best!, group))) best = agent
    }
  return best!
}

const rankIn = ({ preferred, passedOver }: Group, { id }: AgentState): number =>
  passedOver.includes(id) ? 2 : preferred.includes(id) ? 0 : 1

const isBetter = (a: AgentState, b: AgentState, { asked, rules }: Group): boolean =>
  compareAgents(a, b, asked, rules.agentChoice) < 0
