import type { Bits } from './bits.ts'
import { Eligible } from './eligible.ts'
import { cameBefore, type ItemState } from './item.ts'
import type { QueueRules } from './picture.ts'
import { firstOf, insertRanked, moveRanked, openRanked, removeRanked, type Ranked } from './ranked.ts'
import type { Asked } from './requirement.ts'

/** What items of a queue and a medium ask for: one for all that ask for the same. */
export interface Kind {
  rules: QueueRules
  /** By stage of relaxation: what is asked for then, and the group of those that name no agent. */
  stages: { asked: Asked; text: string; group: Group | null }[]
}

/** One medium: how many wait and where, and who has room for one more. */
export interface Pool {
  readonly bit: number
  waiting: number
  free: Bits
  freeCount: number
  /** By address: what stands there; null where nothing ever has. */
  readonly lines: (Line | null)[]
  /** By address: the place of the first that stands there; Infinity where nothing does. */
  heads: Float64Array
}

/** Items that ask for the same of the same agents. */
export class Group extends Eligible {
  readonly pool: Pool
  readonly rules: QueueRules
  readonly stage: number
  readonly preferred: readonly string[]
  readonly passedOver: readonly string[]
  /** Its items, the first first. */
  readonly order: Ranked<ItemState> = openRanked()
  /** As it stands in its lines. */
  first: ItemState | null = null
  firstPlace = NaN
  /** Where it stands while it has a first item. */
  lines: readonly Line[] = []
  /** No longer kept: the next item of its kind makes another one. */
  isForgotten = false

  constructor(
    { item, kind }: ItemState,
    pool: Pool,
    { asked, stage, heldFor }: { asked: Asked; stage: number; heldFor: string | null }
  ) {
    super(item.queueId, asked, heldFor, item.forbiddenIds)
    this.pool = pool
    this.rules = kind.rules
    this.stage = stage
    this.preferred = item.preferredIds
    this.passedOver = item.passedOver
  }
}

/** Groups of one medium at one address, in the order of their first items. */
export interface Line extends Ranked<Group> {
  readonly at: number
}

/** The line of a medium at an address. */
export const lineAt = ({ lines }: Pool, at: number): Line => (lines[at] ??= { at, ...openRanked<Group>() })

const comesFirst = (a: Group, b: Group) => cameBefore(a.first!, b.first!)

/** Lets a group stand in its lines where its first item belongs. */
function setFirst(group: Group, first: ItemState | null) {
  const { lines, pool, first: known, firstPlace: start } = group
  group.first = first
  if (first !== null) group.firstPlace = first.place
  const to = group.firstPlace
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (first === null) removeRanked(line, start, group)
    else if (known === null) insertRanked(line, to, group, comesFirst)
    else moveRanked(line, group, { start, to }, comesFirst)
    const { places, from } = line
    pool.heads[line.at] = from < places.length ? places[from]! : Infinity
  }
}

/** Puts an item into a group. */
export function enter(state: ItemState, group: Group, place: number) {
  state.group = group
  state.place = place
  group.pool.waiting++
  insertRanked(group.order, place, state, cameBefore)
  if (firstOf(group.order) === state) setFirst(group, state)
}

/** Takes an item out of its group. */
export function leave(state: ItemState) {
  const { group } = state
  if (!group) return
  state.group = null
  group.pool.waiting--
  removeRanked(group.order, state.place, state)
  if (group.first === state) setFirst(group, firstOf(group.order))
}
