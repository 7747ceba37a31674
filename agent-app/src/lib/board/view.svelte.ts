import { figureNames, type FigureName } from '@palabre/config/figures/figures'
import { groupings, type Grouping } from '@palabre/config/figures/groups'
import { hasTrend } from '@palabre/config/figures/trend'
import { media, type Medium } from '@palabre/config/contract/routing'
import { firstSorting, type Sorting, type SortKey } from './rows.ts'

const stored = 'palabre:board'

interface Kept {
  by: Grouping
  columns: readonly FigureName[]
  spark: FigureName
  sorting: Sorting
  /** '' stands for the whole floor; else `team:<id>` or `site:<id>`. */
  part: string
  medium: Medium | ''
}

const usual: Kept = {
  by: 'queue',
  columns: [
    'waiting',
    'oldestWaitMs',
    'atRisk',
    'late',
    'active',
    'agentsReady',
    'serviceLevelNow',
    'serviceLevel',
    'abandonment',
    'ahtMs'
  ],
  spark: 'arrived',
  sorting: firstSorting('late'),
  part: '',
  medium: ''
}

/** What was kept, as far as it still means something. */
export function readKept(text: string | null): Kept {
  const given = parse(text)
  const isFigure = (name: unknown): name is FigureName => figureNames.includes(name as FigureName)
  const columns = Array.isArray(given['columns']) ? given['columns'].filter(isFigure) : []
  const { by, spark, part, medium } = given
  const sorting = given['sorting'] as Partial<Sorting> | undefined
  return {
    by: groupings.find((one) => one === by) ?? usual.by,
    columns: columns.length > 0 ? columns : usual.columns,
    spark: isFigure(spark) && hasTrend(spark) ? spark : usual.spark,
    sorting:
      sorting && (sorting.key === 'name' || isFigure(sorting.key))
        ? { key: sorting.key, descending: sorting.descending === true }
        : usual.sorting,
    part: typeof part === 'string' && /^(team|site):\w{1,40}$/.test(part) ? part : '',
    medium: media.find((one) => one === medium) ?? ''
  }
}

function parse(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** How somebody wants to see the board; this browser remembers it. */
export class BoardView {
  #kept = $state.raw<Kept>(readKept(load()))

  get by() {
    return this.#kept.by
  }
  get columns() {
    return this.#kept.columns
  }
  get spark() {
    return this.#kept.spark
  }
  get sorting() {
    return this.#kept.sorting
  }
  get part() {
    return this.#kept.part
  }
  get medium() {
    return this.#kept.medium
  }

  change(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change }
    try {
      localStorage.setItem(stored, JSON.stringify(this.#kept))
    } catch {
      // A browser without storage forgets it.
    }
  }

  /** Shows a column or hides it; the order stays that of all figures, and one is always there. */
  toggle(name: FigureName): void {
    const wanted = new Set(this.columns)
    if (!wanted.delete(name)) wanted.add(name)
    if (wanted.size > 0) this.change({ columns: figureNames.filter((one) => wanted.has(one)) })
  }

  sortBy(key: SortKey): void {
    const { sorting } = this
    this.change({
      sorting: sorting.key === key ? { key, descending: !sorting.descending } : firstSorting(key)
    })
  }
}

function load(): string | null {
  try {
    return localStorage.getItem(stored)
  } catch {
    return null
  }
}
