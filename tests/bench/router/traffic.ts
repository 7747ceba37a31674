import type { Candidate, QueueRules, WaitingItem } from '@palabre/hub/routing/core/picture'
import {
  agentChoices,
  defaultCapacity,
  type Medium,
  type Relaxation,
  type Requirement
} from '@palabre/config/contract/routing'
import type { Dice } from '../dice.ts'

/** Ids as long as the database's. */
const idOf = (kind: string, n: number) => `${kind}${String(n)}`.padStart(24, '0')
const skillIds = Array.from({ length: 40 }, (_, i) => idOf('5', i))
const queueIds = Array.from({ length: 4 }, (_, i) => idOf('9', i))
const teamIds = Array.from({ length: 6 }, (_, i) => idOf('7', i))
/** Every pair of queues has its team. */
const teamQueues = [
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
  [2, 3]
].map((pair) => new Set(pair.map((n) => queueIds[n]!)))

/** Levels give way twice, then the neighbouring queue helps, then anyone of the queue may. */
const relaxationOf = (queue: number): Relaxation => {
  const step = { lowerLevelsBy: 0, dropSkillIds: [], addQueueIds: [], addTeamIds: [] }
  return {
    steps: [
      { ...step, afterSeconds: 20, lowerLevelsBy: 1 },
      { ...step, afterSeconds: 40, lowerLevelsBy: 2 },
      { ...step, afterSeconds: 60, addQueueIds: [queueIds[(queue + 1) % 4]!] }
    ],
    ending: { rule: 'anyone', afterSeconds: 90 }
  }
}
const rules = new Map(
  queueIds.map((id, i): [string, QueueRules] => [
    id,
    {
      agentChoice: agentChoices[i]!,
      order: i % 2 ? 'deadline-first' : 'first-in',
      horizonMs: 120_000,
      relaxation: relaxationOf(i),
      stickySkillNeeded: true
    }
  ])
)
export const rulesOf = (queueId: string): QueueRules => rules.get(queueId)!

/** Somebody with 3 to 8 skills, ready, who holds this. */
export function someAgent(dice: Dice, n: number, holds: Candidate['holds'], now: number): Candidate {
  const team = dice.between(0, teamIds.length - 1)
  return {
    id: idOf('a', n),
    version: 1,
    presence: 'ready',
    teamId: teamIds[team]!,
    queueIds: teamQueues[team]!,
    skills: dice
      .some(skillIds, dice.between(3, 8))
      .map((skillId) => ({ skillId, level: dice.between(1, 5) })),
    capacity: defaultCapacity,
    holds,
    idleSince: now - dice.between(0, 600_000),
    handledToday: dice.between(0, 40)
  }
}

/** What work asks for: 1 to 3 skills with levels, sometimes one of them being enough. */
export interface Ask {
  queueId: string
  requirements: readonly Requirement[]
}
export function someAsk(dice: Dice): Ask {
  const skills = dice
    .some(skillIds, dice.between(1, 3))
    .map((skillId): Requirement => ({ skillId, level: dice.between(1, 5) }))
  return {
    queueId: dice.pick(queueIds),
    requirements: skills.length > 1 && dice.roll() < 0.1 ? [{ any: skills }] : skills
  }
}

/** An item with a target and sometimes a priority. */
export const someItem = (dice: Dice, n: number, ask: Ask, medium: Medium, queuedAt: number): WaitingItem => ({
  id: idOf('1', n),
  version: 1,
  logged: 1,
  queueId: ask.queueId,
  medium,
  priority: dice.roll() < 0.1 ? dice.between(1, 5) : 0,
  // Every item brings its own, as it comes from the database.
  requirements: structuredClone(ask.requirements),
  queuedAt,
  dueAt: queuedAt + dice.pick([60_000, 90_000, 120_000]),
  sticky: null,
  preferredIds: [],
  forbiddenIds: [],
  overflowed: [],
  passedOver: []
})

export const held = (medium: Medium, count: number): Candidate['holds'] =>
  Array.from({ length: count }, (_, i) => ({ medium, interactionId: idOf('2', i), parked: null }))
