import type { Group, Kind } from './group.ts'
import type { WaitingItem } from './picture.ts'

/** A waiting item and where it stands. A class, so that all have one shape, and numbers that are never whole ones. */
export class ItemState {
  readonly item: WaitingItem
  readonly kind: Kind
  /** Names no agent, neither wanted nor unwanted. */
  readonly isPlain: boolean
  /** Null once it has left. */
  group: Group | null = null
  place = NaN
  /** When it changes by time alone; Infinity when it does not. */
  changesAt = Infinity
  /** A decision about it is due. */
  isDirty = false

  constructor(item: WaitingItem, kind: Kind) {
    const { sticky, forbiddenIds, preferredIds, passedOver } = item
    this.item = item
    this.kind = kind
    this.isPlain = !sticky && forbiddenIds.length + preferredIds.length + passedOver.length === 0
  }
}

/** Which of two in the same place is first. */
export const cameBefore = ({ item: a }: ItemState, { item: b }: ItemState): boolean =>
  a.queuedAt !== b.queuedAt ? a.queuedAt < b.queuedAt : a.id < b.id
