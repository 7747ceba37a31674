import { media, type Medium, type Requirement } from '@palabre/config/contract/routing'
import type { Candidate, QueueRules, WaitingItem } from './picture.ts'

/**
 * The matching in the most obvious words, at the price of looking at everything each time: what the engine has to
 * agree with. For tests and benches; it shares no rule with the engine, so that a mistake in one is seen by the other.
 */

/** An agent; `given` counts what they were given since they were last looked at. */
export interface Person extends Candidate {
  given: number
}

export interface Pair {
  itemId: string
  agentId: string
  /** Of those who could take it, were there room: with room, without, and not there. */
  free: number
  busy: number
  away: number
}

export type RulesOf = (queueId: string) => QueueRules

/** What relaxation has done to an item so far. */
interface Eased {
  anyone: boolean
  lowered: number
  dropped: string[]
  queueIds: string[]
  teamIds: string[]
}

function easedAfter(item: WaitingItem, rules: QueueRules, now: number): Eased {
  const waited = (now - item.queuedAt) / 1000
  const { steps, ending } = rules.relaxation
  const passed = steps.filter(({ afterSeconds }) => afterSeconds <= waited)
  return {
    anyone: ending.rule === 'anyone' && ending.afterSeconds <= waited,
    lowered: passed.map(({ lowerLevelsBy }) => lowerLevelsBy).reduce((a, b) => a + b, 0),
    dropped: passed.flatMap(({ dropSkillIds }) => dropSkillIds),
    queueIds: passed.flatMap(({ addQueueIds }) => addQueueIds),
    teamIds: passed.flatMap(({ addTeamIds }) => addTeamIds)
  }
}

const nothingEased: Eased = { anyone: false, lowered: 0, dropped: [], queueIds: [], teamIds: [] }

/** Does the person have what is asked for, as far as it has not been given up? */
export function knows(
  person: Pick<Candidate, 'id' | 'skills'>,
  required: Requirement,
  eased: Pick<Eased, 'lowered' | 'dropped'> = nothingEased
): boolean {
  if ('not' in required) return !knows(person, required.not)
  if ('any' in required) return !required.any.every((one) => !knows(person, one, eased))
  if ('all' in required) return !required.all.some((one) => !knows(person, one, eased))
  if ('agentIds' in required) return required.agentIds.some((id) => id === person.id)
  if (eased.dropped.includes(required.skillId)) return true
  const level = person.skills.find(({ skillId }) => skillId === required.skillId)?.level
  if (level === undefined || (required.upTo !== undefined && level > required.upTo)) return false
  return level + eased.lowered >= required.level
}

const qualifies = (person: Person, item: WaitingItem, eased: Eased) =>
  ([item.queueId, ...eased.queueIds].some((id) => person.queueIds.has(id)) ||
    eased.teamIds.some((id) => id === person.teamId)) &&
  (eased.anyone || item.requirements.every((required) => knows(person, required, eased)))

/** For whom the item is held now. */
function keeperOf(item: WaitingItem, people: readonly Person[], rules: QueueRules, now: number) {
  const { sticky } = item
  const keeper = people.find(({ id }) => id === sticky?.agentId)
  if (!sticky || !keeper || sticky.until <= now || keeper.presence === 'offline') return null
  if ([...item.passedOver, ...item.forbiddenIds].includes(keeper.id)) return null
  return !rules.stickySkillNeeded || qualifies(keeper, item, easedAfter(item, rules, now)) ? keeper : null
}

/** Everybody who could take the item, were they ready and had room. */
export function takersOf(
  item: WaitingItem,
  people: readonly Person[],
  rules: QueueRules,
  now: number
): Person[] {
  const keeper = keeperOf(item, people, rules, now)
  if (keeper) return [keeper]
  const eased = easedAfter(item, rules, now)
  return people.filter((person) => !item.forbiddenIds.includes(person.id) && qualifies(person, item, eased))
}

/** May somebody who holds this be given one more of this medium? */
export function fits({ capacity, holds }: Pick<Candidate, 'capacity' | 'holds'>, medium: Medium): boolean {
  const counted = holds.filter(({ parked }) => parked === null || parked === 'due')
  const own = counted.filter((hold) => hold.medium === medium).length
  const isInterrupted = counted.every(
    (hold) => hold.parked === 'due' || capacity.interruptedBy[hold.medium].some((other) => other === medium)
  )
  return (
    isInterrupted &&
    own + 1 <= (capacity.places[medium] ?? 0) &&
    (capacity.total === null || counted.length + 1 <= capacity.total)
  )
}

export const isFree = (person: Person, medium: Medium) => person.presence === 'ready' && fits(person, medium)

/** The score in milliseconds of waiting: a point is a minute. */
export function scoreMs(item: WaitingItem, { order, horizonMs }: QueueRules, now: number): number {
  const { queuedAt, dueAt, priority } = item
  let urgency = 0
  if (dueAt !== null && dueAt > queuedAt) {
    const used = now - queuedAt
    const target = dueAt - queuedAt
    if (used >= target) urgency = 10
    else if (10 * used >= 8 * target) urgency = 6
    else if (10 * used >= 5 * target) urgency = 2
  }
  const waited = order === 'deadline-first' && dueAt !== null ? now - dueAt + horizonMs : now - queuedAt
  return waited + (priority + urgency) * 60_000
}

/** Levels in what is still asked for, added up; of alternatives the best that the person has. */
function mastery(person: Person, required: Requirement, eased: Eased): number {
  if ('skillId' in required) {
    if (eased.dropped.includes(required.skillId)) return 0
    return person.skills.find(({ skillId }) => skillId === required.skillId)?.level ?? 0
  }
  if ('all' in required)
    return required.all.map((one) => mastery(person, one, eased)).reduce((a, b) => a + b, 0)
  if (!('any' in required) || required.any.some((one) => asksNothing(one, eased))) return 0
  const had = required.any.filter((one) => knows(person, one, eased))
  return Math.max(0, ...had.map((one) => mastery(person, one, eased)))
}

/** Is nothing left of it? */
function asksNothing(required: Requirement, eased: Eased): boolean {
  if ('skillId' in required) return eased.dropped.includes(required.skillId)
  if ('all' in required) return required.all.every((one) => asksNothing(one, eased))
  return 'any' in required && required.any.some((one) => asksNothing(one, eased))
}

const inOrder = (a: readonly (number | string)[], b: readonly (number | string)[]): number => {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1
}

/** What speaks for a person, the smaller the better. */
function standing(person: Person, item: WaitingItem, rules: QueueRules, now: number): (number | string)[] {
  const places = media.map((medium) => person.capacity.places[medium] ?? 0).reduce((a, b) => a + b, 0)
  const taken = person.holds.filter(({ parked }) => parked !== 'idle').length
  const load = places === 0 ? 1 : taken / places
  const idle = [person.idleSince, person.given]
  const eased = easedAfter(item, rules, now)
  const skill = eased.anyone
    ? 0
    : item.requirements.map((required) => mastery(person, required, eased)).reduce((a, b) => a + b, 0)
  const rank = item.passedOver.includes(person.id) ? 3 : item.preferredIds.includes(person.id) ? 1 : 2
  const byChoice = {
    'longest-idle': [...idle, load],
    'least-loaded': [load, ...idle],
    'best-skilled': [-skill, ...idle, load],
    'fair-share': [person.handledToday + person.holds.length, ...idle, load]
  }
  return [rank, ...byChoice[rules.agentChoice], person.id]
}

/** The order in which items are looked at. */
export const inTurn = (items: readonly WaitingItem[], rulesOf: RulesOf, now: number): WaitingItem[] =>
  [...items].sort((a, b) =>
    inOrder(
      [-scoreMs(a, rulesOf(a.queueId), now), a.queuedAt, a.id],
      [-scoreMs(b, rulesOf(b.queueId), now), b.queuedAt, b.id]
    )
  )

/** One item after the other, each to the best of those who can take it now. People are changed by what they get. */
export function matchSlowly(
  items: readonly WaitingItem[],
  people: readonly Person[],
  rulesOf: RulesOf,
  now: number,
  most = Infinity
): Pair[] {
  const pairs: Pair[] = []
  for (const item of inTurn(items, rulesOf, now)) {
    if (pairs.length >= most) break
    const rules = rulesOf(item.queueId)
    const takers = takersOf(item, people, rules, now)
    const free = takers.filter((person) => isFree(person, item.medium))
    const [best] = free.sort((a, b) => inOrder(standing(a, item, rules, now), standing(b, item, rules, now)))
    if (!best) continue
    const away = takers.filter(({ presence }) => presence !== 'ready').length
    pairs.push({
      itemId: item.id,
      agentId: best.id,
      free: free.length,
      busy: takers.length - free.length - away,
      away
    })
    best.holds = [...best.holds, { medium: item.medium, interactionId: item.id, parked: null }]
    best.idleSince = Math.max(best.idleSince, now)
    best.given++
  }
  return pairs
}
