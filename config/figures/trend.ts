import type { BoardQuarter } from '../contract/board.ts'
import { definitions } from './definitions.ts'
import { figuresOf, type FigureName, type Filter, type Floor } from './figures.ts'
import { quarterMs } from './quarters.ts'

/** Figures that have a past, quarter by quarter. */
export const hasTrend = (name: FigureName): boolean => definitions[name].trend

/**
 * A figure of each quarter of an hour that begins at one of `slots` (ms); null where there is nothing to divide, and
 * everywhere for a figure of the moment.
 */
export function trend(
  floor: Floor,
  filter: Filter,
  name: FigureName,
  slots: readonly number[]
): (number | null)[] {
  if (!hasTrend(name)) return slots.map(() => null)
  const bySlot = new Map(slots.map((slot): [number, BoardQuarter[]] => [slot, []]))
  for (const quarter of floor.quarters) bySlot.get(Date.parse(quarter.slot))?.push(quarter)
  const past = { ...floor, cells: [] }
  return slots.map((slot) => {
    const quarters = bySlot.get(slot) ?? []
    return figuresOf({ ...past, quarters }, { ...filter, from: slot }, slot + quarterMs - 1)[name]
  })
}
