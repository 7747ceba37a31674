import { hasBit, lowestOf, setBit, sizeOf, type Bits } from './bits.ts'
import type { Candidate } from './picture.ts'
import { meetsAll, proficiencyOf, worksFor, type Asked } from './requirement.ts'
import { queueAddress, skillAddress, teamAddress, type AgentState, type Roster } from './roster.ts'

const nobody: Bits = new Int32Array(0)

/** Who could take something, were there room. */
export class Eligible {
  readonly queueId: string
  readonly asked: Asked
  /** For this agent alone. */
  readonly heldFor: string | null
  readonly forbidden: readonly string[]
  /** As of this version of the roster: who they are, and how many. */
  version = -1
  bits: Bits = nobody
  size = 0
  /** By seat, less their proficiency in what is asked for; null until a choice looks at it. */
  lack: Float64Array | null = null
  /** So often was a single agent looked at since it was worked out. */
  looks = 0

  constructor(queueId: string, asked: Asked, heldFor: string | null, forbidden: readonly string[]) {
    this.queueId = queueId
    this.asked = asked
    this.heldFor = heldFor
    this.forbidden = forbidden
  }
}

/** Single agents are looked at so often before all are. */
const looksAtMost = 8

const isEligible = (agent: Candidate, { queueId, asked, heldFor, forbidden }: Eligible): boolean =>
  !forbidden.includes(agent.id) &&
  (heldFor === null
    ? worksFor(agent, queueId, asked) && meetsAll(agent, asked.requirements)
    : heldFor === agent.id)

/** Could this agent take it, were there room? */
export function couldTake(roster: Roster, eligible: Eligible, agent: AgentState): boolean {
  if (eligible.version === roster.version) return hasBit(eligible.bits, agent.seat)
  if (++eligible.looks <= looksAtMost) return isEligible(agent, eligible)
  return hasBit(eligibleIn(roster, eligible), agent.seat)
}

/** Who could take it, were there room. */
export function eligibleIn(roster: Roster, eligible: Eligible): Bits {
  if (eligible.version !== roster.version) workOut(roster, eligible)
  return eligible.bits
}

function workOut(roster: Roster, eligible: Eligible) {
  const { seats, away, version } = roster
  const bits = eligible.bits.length === away.length ? eligible.bits.fill(0) : new Int32Array(away.length)
  addLikely(roster, eligible, bits)
  for (let i = 0; i < bits.length; i++)
    for (let word = bits[i]!; word !== 0; word &= word - 1) {
      const seat = 32 * i + lowestOf(word)
      if (!isEligible(seats[seat]!, eligible)) setBit(bits, seat, false)
    }
  eligible.bits = bits
  eligible.size = sizeOf(bits)
  eligible.lack = null
  eligible.looks = 0
  eligible.version = version
}

/** Some agents, among whom all that are eligible are found. */
function addLikely({ agents, members, numbers }: Roster, { queueId, asked, heldFor }: Eligible, bits: Bits) {
  if (heldFor !== null) {
    const holder = agents.get(heldFor)
    if (holder) setBit(bits, holder.seat, true)
    return
  }
  const membersAt = (address: string): Bits => members[numbers.get(address) ?? -1] ?? nobody
  const { queueIds, teamIds, requirements } = asked
  for (const address of [queueId, ...queueIds].map(queueAddress).concat(teamIds.map(teamAddress))) {
    const some = membersAt(address)
    for (let i = 0; i < some.length; i++) bits[i]! |= some[i]!
  }
  for (const required of requirements) {
    if (!('skillId' in required)) continue
    const skilled = membersAt(skillAddress(required.skillId))
    for (let i = 0; i < bits.length; i++) bits[i]! &= skilled[i] ?? 0
  }
}

/** By seat: less the proficiency of those who are eligible, so that the best has the least. */
export function lackIn(roster: Roster, eligible: Eligible): Float64Array {
  const bits = eligibleIn(roster, eligible)
  if (eligible.lack) return eligible.lack
  const lack = new Float64Array(32 * bits.length)
  for (let i = 0; i < bits.length; i++)
    for (let word = bits[i]!; word !== 0; word &= word - 1) {
      const seat = 32 * i + lowestOf(word)
      lack[seat] = -proficiencyOf(roster.seats[seat]!, eligible.asked.requirements)
    }
  return (eligible.lack = lack)
}
