import type { ThresholdFilter } from '@palabre/config/contract/threshold'
import type { Scope } from '../sessions/who.ts'

/** The limits of a filter by which scope is decided; the others only narrow it. */
export type Limits = Pick<ThresholdFilter, 'queueIds' | 'teamIds'>

/**
 * Is all that the filter counts within the scope? For whoever does not see everything, it has to name queues or teams,
 * and every one that it names has to be hers.
 */
export const isFilterWithin = (scope: Scope, { queueIds, teamIds }: Limits): boolean =>
  scope.all ||
  (queueIds.length + teamIds.length > 0 &&
    queueIds.every((id) => scope.queueIds.has(id)) &&
    teamIds.every((id) => scope.teamIds.has(id)))

/** The same for the database; `path` is where a record keeps its limits. */
export function filtersWithin(scope: Scope, path: string): Record<string, unknown> {
  if (scope.all) return {}
  const only = (ids: ReadonlySet<string>) => ({ $not: { $elemMatch: { $nin: [...ids] } } })
  return {
    [`${path}.queueIds`]: only(scope.queueIds),
    [`${path}.teamIds`]: only(scope.teamIds),
    $or: [{ [`${path}.queueIds.0`]: { $exists: true } }, { [`${path}.teamIds.0`]: { $exists: true } }]
  }
}
