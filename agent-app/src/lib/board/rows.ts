import { definitions } from '@palabre/config/figures/definitions'
import type { FigureName, Figures } from '@palabre/config/figures/figures'
import type { FigureGroup } from '@palabre/config/figures/groups'

export interface FigureRow extends FigureGroup {
  name: string
  figures: Figures
}

export type SortKey = FigureName | 'name'
export interface Sorting {
  key: SortKey
  descending: boolean
}

/** A first click shows what needs looking at: names from A, figures the worst first. */
export const firstSorting = (key: SortKey): Sorting => ({
  key,
  descending: key !== 'name' && definitions[key].better !== 'more'
})

/** Rows in the order asked for; what has no figure stands last, and equal ones by name. */
export function sortRows(
  rows: readonly FigureRow[],
  { key, descending }: Sorting,
  compare: (a: string, b: string) => number
): FigureRow[] {
  const sign = descending ? -1 : 1
  return rows.toSorted((a, b) => {
    if (key === 'name') return sign * compare(a.name, b.name)
    const [x, y] = [a.figures[key], b.figures[key]]
    if (x === null || y === null) return x === y ? compare(a.name, b.name) : x === null ? 1 : -1
    return sign * (x - y) || compare(a.name, b.name)
  })
}

/** Rows while somebody points at one: with what is new in them, where they stood; new ones at the end. */
export function keepPlaces(natural: readonly FigureRow[], shownIds: readonly string[]): FigureRow[] {
  const byId = new Map(natural.map((row) => [row.id, row]))
  const kept = shownIds.flatMap((id) => byId.get(id) ?? [])
  return [...kept, ...natural.filter(({ id }) => !shownIds.includes(id))]
}
