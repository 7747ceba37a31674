import type { Bits } from './bits.ts'
import { Eligible } from './eligible.ts'
import { cameBefore, type ItemState } from './item.ts'
import type { QueueRules } from './picture.ts'
import { firstOf, insertRanked, moveRanked, openRanked, removeRanked, type Ranked } from './ranked.ts'
import type { Asked } from './requirement.ts'

/** What items of a queue and a medium ask for: one for all that ask for the same. */
export interface Kind {
  text: string
  rules: QueueRules
  /** By stage of relaxation: what is asked for then, and the group of those that name no agent. */
  stages: { asked: Asked; text: string; group: Group | null }[]
}

/** One medium: how many wait, and who has room for one more. */
export interface Pool {
  readonly bit: number
  waiting: number
  free: Bits
  freeCount: number
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

/** Groups of one medium, in the order of their first items. */
export type Line = Ranked<Group>

/** Where an agent looks for work of one medium: whatever they could take stands in one of these lines. */
export interface Look {
  readonly pool: Pool
  readonly lines: readonly Line[]
}

export const openLine = (): Line => openRanked()

const comesFirst = (a: Group, b: Group) => cameBefore(a.first!, b.first!)

/** Lets a group stand in its lines where its first item belongs. */
function setFirst(group: Group, first: ItemState | null) {
  const { lines, first: known, firstPlace: start } = group
  if (first === null) {
    for (const line of lines) removeRanked(line, start, group)
    group.first = null
    return
  }
  const to = first.place
  group.first = first
  group.firstPlace = to
  if (known === null) for (const line of lines) insertRanked(line, to, group, comesFirst)
  else for (const line of lines) moveRanked(line, group, { start, to }, comesFirst)
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
